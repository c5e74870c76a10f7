"""The life of a customer: which states it passes through, and by which verbs."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from kernel.errors import FailedPrecondition
from kernel.text import Text
from kernel.transitions import Transitions, transitions


class CustomerMerged(FailedPrecondition):
    zh = "{name} 已并入 {into}"
    en = "{name} has become part of {into}"


class CustomerState(Enum):
    POTENTIAL = "potential"
    OPPORTUNITY = "opportunity"
    FORMAL = "formal"
    LOST = "lost"
    STOPPED = "stopped"
    CLOSED = "closed"


class CustomerVerb(Enum):
    EDIT = "edit"
    MARK_OPPORTUNITY = "mark_opportunity"
    BECOME_FORMAL = "become_formal"
    MARK_LOST = "mark_lost"
    STOP_TRADING = "stop_trading"
    RESUME_TRADING = "resume_trading"
    CLOSE_DOWN = "close_down"
    RATE = "rate"
    AGREE = "agree"
    WIN_BACK = "win_back"
    WIN_BACK_FORMAL = "win_back_formal"


# What a person is told of them: `customers/C000123 is lost; marking it an opportunity is not possible`.
WORDS: Final[Mapping[Enum, Text]] = {
    CustomerState.POTENTIAL: Text("潜在", "potential"),
    CustomerState.OPPORTUNITY: Text("商机", "an opportunity"),
    CustomerState.FORMAL: Text("正式", "formal"),
    CustomerState.LOST: Text("流失", "lost"),
    CustomerState.STOPPED: Text("停止交易", "stopped"),
    CustomerState.CLOSED: Text("倒闭", "closed down"),
    CustomerVerb.EDIT: Text("修改", "changing it"),
    CustomerVerb.MARK_OPPORTUNITY: Text("转为商机", "marking it an opportunity"),
    CustomerVerb.BECOME_FORMAL: Text("转正", "making it formal"),
    CustomerVerb.MARK_LOST: Text("标记流失", "marking it lost"),
    CustomerVerb.STOP_TRADING: Text("停止交易", "stopping trade"),
    CustomerVerb.RESUME_TRADING: Text("恢复交易", "resuming trade"),
    CustomerVerb.CLOSE_DOWN: Text("标记倒闭", "marking it closed down"),
    CustomerVerb.RATE: Text("变更等级", "rating it"),
    CustomerVerb.AGREE: Text("签订协议", "agreeing with it"),
    CustomerVerb.WIN_BACK: Text("重新开发", "reopening it"),
    CustomerVerb.WIN_BACK_FORMAL: Text("重新开发", "reopening it"),
}

_S, _V = CustomerState, CustomerVerb
_WON = (_S.POTENTIAL, _S.OPPORTUNITY)
_ALIVE = (*_WON, _S.FORMAL)

TRANSITIONS: Transitions[CustomerState, CustomerVerb] = transitions(
    *((state, _V.EDIT, state) for state in CustomerState),
    (_S.POTENTIAL, _V.MARK_OPPORTUNITY, _S.OPPORTUNITY),
    (_WON, _V.BECOME_FORMAL, _S.FORMAL),
    (_ALIVE, _V.MARK_LOST, _S.LOST),
    (_S.FORMAL, _V.STOP_TRADING, _S.STOPPED),
    (_S.STOPPED, _V.RESUME_TRADING, _S.FORMAL),
    ((*_ALIVE, _S.LOST, _S.STOPPED), _V.CLOSE_DOWN, _S.CLOSED),
    # By approvals of their own. What is over is neither rated nor agreed with.
    *((state, _V.RATE, state) for state in (*_ALIVE, _S.STOPPED)),
    *((state, _V.AGREE, state) for state in _ALIVE),
    # Whoever has a code of the ERP is formal again, the others begin anew.
    (_S.LOST, _V.WIN_BACK, _S.POTENTIAL),
    (_S.LOST, _V.WIN_BACK_FORMAL, _S.FORMAL),
)
