"""The state of a case, told by nothing but its timeline: which items are open, what was decided, by whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from google.protobuf.json_format import MessageToDict

from services.approval.domain.policies.ballot import NO_TERMS, Mode
from tests.stateful.step_model import Model, Share
from zhupi.common.v1.timeline_pb2 import TimelineEntry


class ToldStep(Model):
    """A step whose end is told, not found out."""

    @property
    def over(self) -> bool:
        return self.cancelled


@dataclass(slots=True)
class Told:
    """`steps` are visits of steps by name, `shares` what is known of each work item by name."""

    steps: dict[str, ToldStep] = field(default_factory=dict)
    shares: dict[str, tuple[ToldStep, Share]] = field(default_factory=dict)
    outcome: str = ""

    def of(self, item: str) -> tuple[bool, str, str]:
        """Whether the item is open, what was decided on it, and by whom."""
        step, share = self.shares[item]
        return (step.live(share), (share.said or "") if share.asker is None else "", share.by)


def replayed(entries: Iterable[TimelineEntry]) -> Told:
    told = Told()
    for entry in entries:
        _take(told, entry.kind, MessageToDict(entry.details), entry.actor)
        for step in told.steps.values():
            step.settle()
    return told


def _take(told: Told, kind: str, said: dict[str, Any], actor: str) -> None:
    match kind:
        case "StepOpened":
            _open(told, said)
        case "StepEnded" | "StepCancelled":
            told.steps[said["step"]].cancelled = True
        case "CaseEnded":
            told.outcome = said["outcome"]
        case _ if "item" in said:
            _act(told, kind, said, actor)


def _open(told: Told, said: dict[str, Any]) -> None:
    shares = [Share(set(asked["candidates"])) for asked in said["asked"]]
    for share in shares:
        share.seat = share
        share.holder = next(iter(share.asked)) if len(share.asked) == 1 else None
    step = ToldStep(Mode(said["mode"]), NO_TERMS, shares, True, timedelta(), datetime.min.replace(tzinfo=UTC))
    told.steps[said["step"]] = step
    for asked, share in zip(said["asked"], shares, strict=True):
        told.shares[asked["item"]] = (step, share)


def _act(told: Told, kind: str, said: dict[str, Any], actor: str) -> None:
    """An act on an item. Acts that change neither what is open nor what was decided are passed over."""
    step, share = told.shares[said["item"]]
    by = said.get("on_behalf_of") or actor.removeprefix("people/")
    match kind:
        case "SignerAdded":
            step.add(share, by, said["person"], said["place"])
            told.shares[said["added"]] = (step, step.shares[-1])
        case "SignerRemoved":
            step.remove(share, by)
        case "InformationAsked":
            step.shares.append(Share({said["person"]}, asker=share, holder=said["person"]))
            told.shares[said["asked"]] = (step, step.shares[-1])
        case "QuestionAnswered":
            share.said = "answered"
        case "WorkItemTransferred" if said.get("restart"):
            for other in step.shares:
                other.closed = other.closed or other.asker is share
        case "WorkItemDecided":
            share.said, share.by = said["outcome"], actor
        case "DecisionUndone":
            share.said, share.by, step.cancelled = None, "", False
