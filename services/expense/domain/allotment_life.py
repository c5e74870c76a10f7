"""The life of an allotment (活动额度): which states it passes through, by which verbs, and what is refused on the way."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from kernel.errors import FailedPrecondition, InvalidArgument
from kernel.text import Text
from kernel.transitions import Transitions, transitions


class UnknownActivityLine(InvalidArgument):
    zh = "没有活动费用行 {line}"
    en = "There is no activity line {line}"


class OtherExpenseType(InvalidArgument):
    zh = "{line} 的费用类型是 {expense_type}，不是 {given}"
    en = "{line} is of type {expense_type}, not {given}"


class OtherCurrency(InvalidArgument):
    zh = "{line} 的币种是 {currency}，不是 {given}"
    en = "{line} is in {currency}, not in {given}"


class CostBelowZero(InvalidArgument):
    zh = "实际费用不能小于零，实际为 {cost}"
    en = "A cost cannot be below zero, and this is {cost}"


class CostAboveCommitted(FailedPrecondition):
    """An overrun is reserved before it is settled."""

    zh = "{budget} 的实际费用 {cost} 超过已占用的 {held}"
    en = "{cost} was spent of {budget}, and {held} is reserved and committed there"


class AllotmentNotSettled(FailedPrecondition):
    zh = "{activity} 尚未结案，暂不能报销"
    en = "{activity} is not settled yet; nothing can be claimed on it"


class AllotmentClosed(FailedPrecondition):
    zh = "{activity} 的额度已关闭，不能再报销"
    en = "Nothing can be claimed on {activity} any more"


class ClaimAboveClaimable(FailedPrecondition):
    """`drawn` is what others have drawn."""

    zh = "{activity} 费用行 {line} 可报销 {claimable}，其他报销已占用 {drawn}，本次需要 {asked}"
    en = "{claimable} can be claimed on line {line} of {activity}, other claims have drawn {drawn}, and {asked} is asked for"


class AllotmentState(Enum):
    """One of whose activity nothing was ever reserved is like one that was released."""

    RELEASED = "released"
    RESERVED = "reserved"
    COMMITTED = "committed"
    SETTLED = "settled"
    CLOSED = "closed"


class AllotmentVerb(Enum):
    RESERVE = "reserve"
    COMMIT = "commit"
    CHANGE = "change"
    ABANDON_CHANGE = "abandon_change"
    RELEASE = "release"
    SETTLE = "settle"
    CLOSE = "close"


# What a person is told of them: `allotments/AC-2026-000123 is closed; settling is not possible`.
WORDS: Final[Mapping[Enum, Text]] = {
    AllotmentState.RELEASED: Text("已释放", "released"),
    AllotmentState.RESERVED: Text("已预占", "reserved"),
    AllotmentState.COMMITTED: Text("已承诺", "committed"),
    AllotmentState.SETTLED: Text("可报销", "settled"),
    AllotmentState.CLOSED: Text("已关闭", "closed"),
    AllotmentVerb.RESERVE: Text("预占", "reserving"),
    AllotmentVerb.COMMIT: Text("承诺", "committing"),
    AllotmentVerb.CHANGE: Text("变更", "changing it"),
    AllotmentVerb.ABANDON_CHANGE: Text("放弃变更", "abandoning a change"),
    AllotmentVerb.RELEASE: Text("释放", "releasing"),
    AllotmentVerb.SETTLE: Text("结算", "settling"),
    AllotmentVerb.CLOSE: Text("关闭", "closing"),
}

_S, _V = AllotmentState, AllotmentVerb

TRANSITIONS: Transitions[AllotmentState, AllotmentVerb] = transitions(
    # A request that was returned or rejected may be made again.
    ((_S.RELEASED, _S.RESERVED), _V.RESERVE, _S.RESERVED),
    ((_S.RESERVED, _S.COMMITTED), _V.COMMIT, _S.COMMITTED),
    (_S.COMMITTED, _V.CHANGE, _S.COMMITTED),
    (_S.COMMITTED, _V.ABANDON_CHANGE, _S.COMMITTED),
    ((_S.RELEASED, _S.RESERVED, _S.COMMITTED), _V.RELEASE, _S.RELEASED),
    # What claims have drawn stays theirs.
    (_S.SETTLED, _V.RELEASE, _S.CLOSED),
    (_S.COMMITTED, _V.SETTLE, _S.SETTLED),
    (_S.SETTLED, _V.CLOSE, _S.CLOSED),
)
