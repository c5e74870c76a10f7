"""What requesters and salespeople are told of what was approved."""

from __future__ import annotations

from typing import Final

from google.protobuf.message import Message

from chassis.rpc.values import text_to_message
from kernel.text import Text
from services.customer.domain.customer import Customer
from services.customer.domain.follow_up import FollowUp, FollowUpState
from zhupi.approval.v1.events_pb2 import NoticeRequested

LONGEST: Final = 500


def notices(one: FollowUp, customer: Customer | None) -> tuple[Message, ...]:
    """To whoever has asked for it and, where there is a customer, to its salesperson; nothing where there is neither."""
    people = {one.requester, customer.salesperson if customer else ""} - {""}
    if not people:
        return ()
    said = _said(one)
    notice = NoticeRequested(
        document=one.document,
        notice_id=f"follow-up/{one.revision}",
        text=text_to_message(Text(said.zh[:LONGEST], said.en[:LONGEST])),
        people=sorted(f"people/{person}" for person in people),
    )
    return (notice,)


def _said(one: FollowUp) -> Text:
    about = f"customers/{one.customer}" if one.customer else one.document
    match one.state:
        case FollowUpState.DONE:
            return Text(f"{about}：{one.title}，现已落实", f"{about}: {one.title} is done now")
        case FollowUpState.SETTLED:
            return Text(
                f"{about}：{one.title}，已另行处理：{one.settled_because}",
                f"{about}: {one.title} was settled otherwise: {one.settled_because}",
            )
        case FollowUpState.NOT_DONE:
            return Text(
                f"{about}：{one.title} 已通过审批，但未能落实：{one.why.zh}",
                f"{about}: {one.title} was approved but could not be done: {one.why.en}",
            )
