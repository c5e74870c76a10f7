"""Why nothing waits for somebody: with whom it is instead, and what they may do about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cli.session import Session
from cli.work_item_view import open_items
from kernel.text import Text
from reading.cells import moment
from reading.labels import field_at, value_label
from reading.names import bare
from zhupi.approval.v1.case_pb2 import Case
from zhupi.approval.v1.work_item_pb2 import WorkItem

ENDED: Final = Text("审批已结束：{outcome}", "its case has ended: {outcome}")
ASIDE: Final = Text(
    "您已暂停处理，恢复：zhupi resume {document}",
    "you have put it aside, to take it up: zhupi resume {document}",
)
DELEGATED: Final = Text(
    "您已委托{who}处理，交还之前不能决定，收回：zhupi call-back {document}",
    "you have delegated it to {who}, to take it back: zhupi call-back {document}",
)
WAITING: Final = Text("还未轮到您，先由{who}处理", "it is not your turn yet, {who} comes before you")
SAID: Final = Text("您已表态：{decision}", "you have said already: {decision}")
UNDO: Final = Text(
    "{until} 之前可撤销：zhupi undo {document}", "to take it back before {until}: zhupi undo {document}"
)
WITH: Final = Text("正在等待{who}（{step}）", "it waits for {who} ({step})")
NOTHING: Final = Text("", "")


def why_not(session: Session, case: Case) -> Text:
    """The end of a sentence: nothing waits for the caller, because …; empty where there is nothing to say."""
    why = _because(session, case)
    return Text("；" + why.zh, "; " + why.en) if why.zh else NOTHING


def _because(session: Session, case: Case) -> Text:
    me = f"people/{session.caller.login}"
    decisions = [item for item in case.work_items if item.kind != WorkItem.KIND_ANSWER]
    about = {"document": bare(case.document)}
    if case.state == Case.STATE_CLOSED:
        return _both(ENDED, outcome=_label(case, "outcome"))
    for item in decisions:
        if item.state == WorkItem.STATE_SUSPENDED and item.assignee == me:
            return ASIDE.format(**about)
        if item in open_items(case) and me in item.delegated_by:
            return _both(DELEGATED, who=_names(session, [item.assignee]), **about)
        if item.state == WorkItem.STATE_WAITING and me in (item.assignee, *item.candidates):
            before = [one for one in decisions if one.name in item.waits_for]
            return _both(WAITING, who=_names(session, _people(before)), **about)
    for item in reversed(decisions):
        if item.state == WorkItem.STATE_DONE and me in (item.decider, item.on_behalf_of):
            said = _both(SAID, decision=_label(item, "decision"))
            if not item.undo_expire_time.seconds:
                return said
            more = UNDO.format(until=moment(item.undo_expire_time), **about)
            return Text(said.zh + "，" + more.zh, said.en + ", " + more.en)
    return _elsewhere(session, [item for item in open_items(case) if item in decisions])


def _elsewhere(session: Session, items: list[WorkItem]) -> Text:
    if not items:
        return NOTHING
    step = items[0].step_title
    here = [item for item in items if item.step == items[0].step]
    return _both(WITH, who=_names(session, _people(here)), step=Text(step.zh, step.en))


def _people(items: Iterable[WorkItem]) -> list[str]:
    named = [person for item in items for person in ([item.assignee] if item.assignee else item.candidates)]
    return list(dict.fromkeys(named))


def _names(session: Session, people: Iterable[str]) -> Text:
    shown = [session.out.known.shown(person, session.out.language) for person in people]
    return Text("、".join(shown), ", ".join(shown))


def _label(message: Case | WorkItem, field: str) -> Text:
    enum = field_at(message.DESCRIPTOR, field).enum_type
    assert enum is not None, field
    number = getattr(message, field)
    return Text(value_label(enum, number, "zh"), value_label(enum, number, "en"))


def _both(template: Text, **values: Text | str) -> Text:
    zh = {key: value.zh if isinstance(value, Text) else value for key, value in values.items()}
    en = {key: value.en if isinstance(value, Text) else value for key, value in values.items()}
    return Text(template.zh.format(**zh), template.en.format(**en))
