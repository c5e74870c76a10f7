"""What an owner tells approval of a document: that it is to be decided, and news of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from google.protobuf.struct_pb2 import Struct
from google.type.money_pb2 import Money as MoneyMessage

from chassis.rpc.values import money_to_message
from kernel.money import Money
from zhupi.approval.v1.events_pb2 import CaseFact, CaseRequested
from zhupi.approval.v1.fact_pb2 import Fact

RESUBMITTED: Final = "resubmitted"
DOCUMENT_CHANGED: Final = "document_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A document as it is submitted. `requester` and `organisation` are ids; the route may depend on `facts`.

    `shown` is the document as its service answers it: deciders see that, as of this version. `amount` is what lists show.
    """

    process: str
    document: str
    version: int
    title: str
    requester: str
    organisation: str
    facts: Mapping[str, Fact]
    shown: Message
    amount: Money | None = None


def case_requested(asked: Submission, policy: str) -> Message:
    """It is submitted for the first time."""
    return CaseRequested(
        process=asked.process,
        document=asked.document,
        number=asked.document.rpartition("/")[2],
        document_version=asked.version,
        title=asked.title,
        amount=_amount(asked),
        requester=f"people/{asked.requester}",
        organisation=f"organisations/{asked.organisation}",
        facts=asked.facts,
        snapshot=snapshot_of(asked.shown),
        policy=policy,
    )


def resubmitted(asked: Submission, policy: str) -> Message:
    """It was returned, and is submitted again."""
    return news(asked, RESUBMITTED, f"{RESUBMITTED}/{asked.version}", policy)


def changed(asked: Submission) -> Message:
    """What is decided on is another version now."""
    return CaseFact(
        document=asked.document,
        fact_id=f"{DOCUMENT_CHANGED}/{asked.version}",
        name=DOCUMENT_CHANGED,
        document_version=asked.version,
        snapshot=snapshot_of(asked.shown),
        amount=_amount(asked),
        title=asked.title,
    )


def news(asked: Submission, name: str, fact_id: str, policy: str = "") -> Message:
    """Something has become of it that its case waits for. With `policy`, people are to decide on it as it is now."""
    return CaseFact(
        document=asked.document,
        fact_id=fact_id,
        name=name,
        document_version=asked.version,
        facts=asked.facts,
        snapshot=snapshot_of(asked.shown),
        amount=_amount(asked),
        title=asked.title,
        policy=policy,
    )


def snapshot_of(shown: Message) -> Struct:
    """A document for showing, JSON as its API writes it."""
    struct = Struct()
    struct.update(MessageToDict(shown))
    return struct


def _amount(asked: Submission) -> MoneyMessage | None:
    return None if asked.amount is None else money_to_message(asked.amount)
