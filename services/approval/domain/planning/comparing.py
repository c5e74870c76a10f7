"""Two routes of one stage side by side: which approvers a change of policy brings, and whom it no longer asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from kernel.text import Text
from services.approval.domain.people.directory import AsOf, PersonId
from services.approval.domain.planning.route import Route, RouteStep


class ChangeKind(StrEnum):
    ASKED = "asked"
    """A step that nobody was asked in is decided now."""
    NOT_ASKED = "not_asked"
    """Nobody is asked in it any more."""
    APPROVERS = "approvers"
    """Others are asked."""
    MODE = "mode"
    """The same are asked, but it comes to its outcome in another way."""
    ORDER = "order"
    """It waits for other steps."""


@dataclass(frozen=True, slots=True)
class Change:
    """`joining` are asked in the step now and were not before, `leaving` the other way round."""

    stage: str
    step: str
    kind: ChangeKind
    joining: tuple[PersonId, ...]
    leaving: tuple[PersonId, ...]
    text: Text


def changes(before: Route | None, after: Route | None, names: AsOf) -> tuple[Change, ...]:
    """What is different for those who are asked, in the order of the later route. None: a stage that is not there."""
    old = {step.key: step for step in before.deciding} if before else {}
    new = {step.key: step for step in after.deciding} if after else {}
    one = after or before
    return tuple(_changed(one.stage, old, new, names)) if one else ()


def _changed(
    stage: str, old: dict[str, RouteStep], new: dict[str, RouteStep], names: AsOf
) -> Iterator[Change]:
    for key in dict.fromkeys((*new, *old)):
        was, now = old.get(key), new.get(key)
        if now is None and was is not None:
            text = Text(f"不再需要“{was.title.zh}”", f"{was.title.en} is no longer needed")
            yield Change(stage, key, ChangeKind.NOT_ASKED, (), was.people, _who(text, (), was.people, names))
        elif was is None and now is not None:
            text = Text(f"需要“{now.title.zh}”", f"{now.title.en} is needed")
            yield Change(stage, key, ChangeKind.ASKED, now.people, (), _who(text, now.people, (), names))
        elif was is not None and now is not None:
            yield from _same_step(stage, was, now, names)
            # Beside steps that come or go, that others wait for something else says nothing new.
            if was.after != now.after and old.keys() == new.keys():
                yield Change(stage, key, ChangeKind.ORDER, (), (), _order(now))


def _same_step(stage: str, was: RouteStep, now: RouteStep, names: AsOf) -> Iterator[Change]:
    before, after = _asked(was), _asked(now)
    joining = tuple(person for person in after if person not in before)
    leaving = tuple(person for person in before if person not in after)
    title = Text(f"“{now.title.zh}”", now.title.en)
    if joining or leaving:
        text = _who(title, joining, leaving, names)
        yield Change(stage, now.key, ChangeKind.APPROVERS, joining, leaving, text)
    elif was.deferred != now.deferred:
        later = [one.text for one in now.deferred] or [
            Text("事先即已确定", "it is certain beforehand who is asked")
        ]
        zh, en = "；".join(one.zh for one in later), "; ".join(one.en for one in later)
        yield Change(
            stage, now.key, ChangeKind.APPROVERS, (), (), Text(f"{title.zh}：{zh}", f"{title.en}: {en}")
        )
    if (was.mode, was.terms) != (now.mode, now.terms):
        text = Text(f"{title.zh}的审批方式改变", f"{title.en} comes to its outcome in another way")
        yield Change(stage, now.key, ChangeKind.MODE, (), (), text)


def _asked(step: RouteStep) -> tuple[PersonId, ...]:
    """Who is asked, and who is expected to be where that is settled later."""
    expected = (person for one in step.deferred for person in one.expected)
    return tuple(dict.fromkeys((*step.people, *expected)))


def _order(step: RouteStep) -> Text:
    order = ", ".join(step.after)
    if not order:
        return Text(f"“{step.title.zh}”改为最先", f"{step.title.en} comes first")
    return Text(f"“{step.title.zh}”改在 {order} 之后", f"{step.title.en} comes after {order}")


def _who(said: Text, joining: Iterable[PersonId], leaving: Iterable[PersonId], names: AsOf) -> Text:
    parts = [said]
    if come := _named(joining, names):
        parts.append(Text(f"由 {come} 审批", f"decided by {come}"))
    if gone := _named(leaving, names):
        parts.append(Text(f"不再由 {gone} 审批", f"no longer by {gone}"))
    return Text("；".join(one.zh for one in parts), "; ".join(one.en for one in parts))


def _named(people: Iterable[PersonId], names: AsOf) -> str:
    found = ((names.person(person), person) for person in people)
    return ", ".join(person.name if person else id for person, id in found)
