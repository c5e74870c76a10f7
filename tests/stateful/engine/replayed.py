"""The state of a case, told by nothing but its timeline."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from google.protobuf.json_format import MessageToDict

from zhupi.approval.v1.work_item_pb2 import WorkItem
from zhupi.common.v1.timeline_pb2 import TimelineEntry

OPEN = (WorkItem.STATE_WAITING, WorkItem.STATE_OFFERED, WorkItem.STATE_ALLOCATED)
SAYS_NOTHING_OF_ITEMS = (
    "CaseStarted",
    "StagePlanned",
    "DocumentTold",
    "WithdrawalAsked",
    "CaseCommented",
    "TimerFired",
)


@dataclass(slots=True)
class Told:
    """`items` has state, assignee, decision and decider by name; `of_step` which items belong to which visit of a step."""

    items: dict[str, tuple[int, str, str, str]] = field(default_factory=dict)
    of_step: dict[str, list[str]] = field(default_factory=dict)
    modes: dict[str, str] = field(default_factory=dict)
    candidates: dict[str, list[str]] = field(default_factory=dict)
    outcome: str = ""

    def begin(self, item: str) -> None:
        people = self.candidates[item]
        alone = len(people) == 1
        state = WorkItem.STATE_ALLOCATED if alone else WorkItem.STATE_OFFERED
        self.items[item] = (state, f"people/{people[0]}" if alone else "", "", "")

    def close(self, step: str) -> None:
        for item in self.of_step[step]:
            state, assignee, said, by = self.items[item]
            if state in OPEN:
                self.items[item] = (WorkItem.STATE_CANCELLED, assignee, said, by)


def replayed(entries: Iterable[TimelineEntry]) -> Told:
    told = Told()
    for entry in entries:
        _take(told, entry.kind, MessageToDict(entry.details), entry.actor)
    return told


def _take(told: Told, kind: str, said: dict[str, Any], actor: str) -> None:
    item = said.get("item", "")
    match kind:
        case "StepOpened":
            _open(told, said)
        case "WorkItemClaimed":
            told.items[item] = (WorkItem.STATE_ALLOCATED, actor, "", "")
        case "WorkItemReleased":
            told.items[item] = (WorkItem.STATE_OFFERED, "", "", "")
        case "WorkItemTransferred":
            told.candidates[item] = [said["to"]]
            told.begin(item)
        case "WorkItemDecided":
            told.items[item] = (WorkItem.STATE_DONE, actor, said["outcome"], actor)
            if said["outcome"] == "approved" and told.modes[said["step"]] == "sequential":
                waiting = (
                    one for one in told.of_step[said["step"]] if told.items[one][0] == WorkItem.STATE_WAITING
                )
                for following in islice(waiting, 1):
                    told.begin(following)
        case "StepEnded" | "StepCancelled":
            told.close(said["step"])
        case "CaseEnded":
            told.outcome = said["outcome"]
        case _:
            assert kind in SAYS_NOTHING_OF_ITEMS, f"what does {kind} mean for the state?"


def _open(told: Told, said: dict[str, Any]) -> None:
    told.modes[said["step"]] = said["mode"]
    told.of_step[said["step"]] = [asked["item"] for asked in said["asked"]]
    for place, asked in enumerate(said["asked"]):
        told.candidates[asked["item"]] = asked["candidates"]
        told.items[asked["item"]] = (WorkItem.STATE_WAITING, "", "", "")
        if place == 0 or said["mode"] != "sequential":
            told.begin(asked["item"])
