"""Acts on offer: what somebody may do now, as every service tells it, for documents of its own as for cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kernel.errors import Refusal
from kernel.text import Text


class ActKind(StrEnum):
    APPROVE = "APPROVE"
    REJECT = "REJECT"
    RETURN = "RETURN"
    ABSTAIN = "ABSTAIN"
    UNDO = "UNDO"
    CLAIM = "CLAIM"
    RELEASE = "RELEASE"
    START = "START"
    SET_ASIDE = "SET_ASIDE"
    TAKE_UP = "TAKE_UP"
    TRANSFER = "TRANSFER"
    DELEGATE = "DELEGATE"
    HAND_BACK = "HAND_BACK"
    CALL_BACK = "CALL_BACK"
    ADD_SIGNER = "ADD_SIGNER"
    REMOVE_SIGNER = "REMOVE_SIGNER"
    ASK = "ASK"
    ANSWER = "ANSWER"
    URGE = "URGE"
    DECIDE_AHEAD = "DECIDE_AHEAD"
    TAKE_BACK_AHEAD = "TAKE_BACK_AHEAD"
    COMMENT = "COMMENT"
    COPY = "COPY"
    WITHDRAW = "WITHDRAW"
    REDO = "REDO"
    RETRY = "RETRY"
    SUSPEND_CASE = "SUSPEND_CASE"
    RESUME_CASE = "RESUME_CASE"
    TERMINATE_CASE = "TERMINATE_CASE"
    JUMP = "JUMP"
    REASSIGN_STEP = "REASSIGN_STEP"
    REASSIGN_WORK_ITEM = "REASSIGN_WORK_ITEM"
    ADD_STEP = "ADD_STEP"
    REMOVE_STEP = "REMOVE_STEP"
    REOPEN = "REOPEN"
    EDIT = "EDIT"
    DELETE = "DELETE"
    SUBMIT = "SUBMIT"
    DUPLICATE = "DUPLICATE"
    CANCEL = "CANCEL"
    END_EARLY = "END_EARLY"
    CHANGE = "CHANGE"
    CLOSE = "CLOSE"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of what an act needs, as its request has it. `least`: how many people this one takes."""

    value: str
    title: Text
    least: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an act takes, as far as the request's own rules do not say it. `key` tells several of one field apart.

    `choices` None: nothing limits it.
    """

    field: str
    choices: tuple[Choice, ...] | None = None
    required: bool = False
    key: str = ""
    label: Text | None = None
    least: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody may do. `method` is the RPC that does it; `given` are the fields of its request that are settled.

    `wanted` says more of what it takes than the request's own rules do.
    """

    kind: ActKind
    method: str
    name: str
    outcome: Text
    etag: str = ""
    document_version: int = 0
    step: str = ""
    step_title: Text | None = None
    on_behalf_of: str = ""
    is_override: bool = False
    until: datetime | None = None
    given: frozenset[str] = frozenset()
    wanted: tuple[Wanted, ...] = ()
    title: Text | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """A usual act that the refusal stands in the way of."""

    kind: ActKind
    name: str
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Offered:
    acts: tuple[Act, ...] = ()
    missing: tuple[Missing, ...] = ()
