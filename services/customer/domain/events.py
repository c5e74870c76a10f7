"""What happens to customers, in the past tense: the rows of their timelines. Phone numbers never stand there whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from kernel.actor import Actor
from kernel.text import Text
from kernel.timeline import Event
from services.customer.domain.customer import Customer
from services.customer.domain.file import File, changed_fields


class CustomerEvent(Event):
    """Something happened to a customer."""

    @classmethod
    def of(cls, customer: Customer, by: Actor, **own: Any) -> Self:
        """`customer` as it is afterwards."""
        return cls(document=customer.name, version=customer.version, by=by, at=customer.update_time, **own)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerCreated(CustomerEvent):
    """`despite` names the customers that looked alike and were said to be others."""

    file: File
    organisation: str
    salesperson: str
    despite: tuple[str, ...] = ()

    def sentence(self) -> Text:
        return Text("新建客户 {name}", "Created as {name}").format(name=self.file.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerChanged(CustomerEvent):
    """Keeps the fields of the file that differ, as they were and as they are."""

    before: dict[str, Any]
    after: dict[str, Any]
    despite: tuple[str, ...] = ()

    def sentence(self) -> Text:
        fields = ", ".join(self.after)
        return Text("修改档案：{fields}", "Changed: {fields}").format(fields=fields)


def file_changed(
    before: Customer, after: Customer, by: Actor, despite: tuple[str, ...] = ()
) -> CustomerChanged:
    old, new = before.file.masked(), after.file.masked()
    # Two numbers may look alike once they are masked: what differs is asked of the numbers themselves.
    fields = changed_fields(before.file, after.file)
    return CustomerChanged.of(
        after,
        by,
        before={name: getattr(old, name) for name in fields},
        after={name: getattr(new, name) for name in fields},
        despite=despite,
    )
