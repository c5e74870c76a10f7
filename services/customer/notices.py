"""What this service has people told, beside what it tells other services: notices for their inboxes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from google.protobuf.message import Message

from kernel.text import Text
from services.customer.domain.customer import Customer
from services.customer.domain.licence import Licence
from services.customer.domain.licence_watch import Notice
from zhupi.approval.v1.events_pb2 import NoticeRequested
from zhupi.common.v1.text_pb2 import Text as TextMessage

# Who keeps the licences of registered customers, as a role of tokens and posts.
QUALITY: Final = "quality"

ENDS: Final = Text("{customer}：{type}将于 {days} 天后到期", "{customer}: {type} ends in {days} days")
ENDS_TODAY: Final = Text("{customer}：{type}今日到期", "{customer}: {type} ends today")
ENDED: Final = Text("{customer}：{type}已到期", "{customer}: {type} has ended")
BLOCKED: Final = Text(
    "{customer}：{type}已到期，订货已锁定", "{customer}: {type} has ended, no orders are taken"
)
LAST_DAY: Final = Text(
    "{type} {number} 有效期至 {expiry}，请及时申请换证",
    "{type} {number} is good until {expiry}; ask for its renewal",
)


def licence_expiring(
    customer: Customer, licence: Licence, type_: Text, notice: Notice, left: int, *, blocked: bool
) -> Message:
    """To the salesperson and to quality, once for each of these notices. `type_` is what the type of licence is called."""
    said = {"customer": customer.file.name, "number": licence.number, "expiry": notice.expiry, "days": left}
    title = (BLOCKED if blocked else ENDED) if left < 0 else ENDS if left else ENDS_TODAY
    return NoticeRequested(
        document=customer.name,
        notice_id=f"licences/{notice.licence}/{notice.expiry}/{notice.within}",
        people=[f"people/{customer.salesperson}"],
        roles=[QUALITY],
        title=_text(title, type_, said),
        text=_text(LAST_DAY, type_, said),
    )


def _text(template: Text, type_: Text, said: Mapping[str, Any]) -> TextMessage:
    zh, en = template.zh.format(type=type_.zh, **said), template.en.format(type=type_.en, **said)
    return TextMessage(zh=zh, en=en)
