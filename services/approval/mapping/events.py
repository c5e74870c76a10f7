"""What documents' owners publish: requests for approval, and news."""

from __future__ import annotations

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from chassis.rpc.values import id_in, money_from_message, text_from_message
from services.approval.mapping.facts import facts_from_messages
from services.approval.mapping.names import policy_in
from services.approval.use_cases.news import TellNews
from services.approval.use_cases.refusals import NamesDiffer
from services.approval.use_cases.starting import StartCase, TakeFact
from zhupi.approval.v1.events_pb2 import CaseFact, CaseRequested, NoticeRequested


def start_case(message: CaseRequested) -> StartCase:
    """Raises NameMalformed, NamesDiffer and what money and facts raise."""
    return StartCase(
        process=message.process,
        document=message.document,
        number=message.number,
        document_version=message.document_version,
        title=message.title,
        amount=money_from_message(message.amount) if message.HasField("amount") else None,
        requester=id_in(message.requester, "people"),
        organisation=id_in(message.organisation, "organisations"),
        facts=facts_from_messages(message.facts),
        snapshot=_json(message.snapshot),
        policy=_version(message.policy, message.process) if message.policy else 0,
    )


def take_fact(message: CaseFact) -> TakeFact:
    """Raises NameMalformed and what money and facts raise."""
    return TakeFact(
        document=message.document,
        fact_id=message.fact_id,
        name=message.name,
        document_version=message.document_version,
        payload=_json(message.payload),
        stored=message.SerializeToString(deterministic=True),
        title=message.title or None,
        amount=money_from_message(message.amount) if message.HasField("amount") else None,
        facts=facts_from_messages(message.facts) if message.facts else None,
        snapshot=_json(message.snapshot) if message.HasField("snapshot") else None,
        policy=(_version(message.policy, "") or None) if message.policy else None,
    )


def tell_news(message: NoticeRequested) -> TellNews:
    """Raises NameMalformed."""
    return TellNews(
        document=message.document,
        id=message.notice_id,
        text=text_from_message(message.text),
        title=text_from_message(message.title) if message.HasField("title") else None,
        people=tuple(id_in(name, "people") for name in message.people),
        roles=frozenset(message.roles),
        posts=frozenset(message.posts),
        escalated_to=message.escalated_to and id_in(message.escalated_to, "organisations"),
    )


def stored_fact(stored: bytes) -> TakeFact:
    return take_fact(CaseFact.FromString(stored))


def _version(policy: str, process: str) -> int:
    of, version = policy_in(policy)
    if process and of != process:
        raise NamesDiffer(field="policy", name=policy, other=process)
    return version or 0


def _json(struct: Message) -> dict[str, object]:
    return MessageToDict(struct)
