"""What happens to customers, in the past tense: the rows of their timelines. Phone numbers never stand there whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from kernel import published
from kernel.actor import Actor
from kernel.text import Text
from kernel.timeline import Event
from services.customer.domain.customer import Agreement, Customer
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressSet(CustomerEvent):
    before: str
    after: str

    def sentence(self) -> Text:
        return Text("进展改为 {after}", "Progress set to {after}").format(after=self.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class BecameOpportunity(CustomerEvent):
    def sentence(self) -> Text:
        return Text("转为商机", "Marked an opportunity")


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerBecameFormal(CustomerEvent):
    """`upstream_before` is a number: whom it bought from while it traded indirectly."""

    erp_code: str
    was_indirect: bool = False
    upstream_before: str = ""

    def sentence(self) -> Text:
        if self.was_indirect:
            return Text(
                f"转为正式客户，ERP 编码 {self.erp_code}，此后直接交易",
                f"Became formal, ERP code {self.erp_code}, and trades directly from now on",
            )
        return Text(f"转为正式客户，ERP 编码 {self.erp_code}", f"Became formal, ERP code {self.erp_code}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended(CustomerEvent):
    """The customer does not trade any more."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerLost(Ended):
    def sentence(self) -> Text:
        return Text("标记流失：{reason}", "Marked lost: {reason}").format(reason=self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class TradingStopped(Ended):
    def sentence(self) -> Text:
        return Text("停止交易：{reason}", "Trade stopped: {reason}").format(reason=self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerClosedDown(Ended):
    def sentence(self) -> Text:
        return Text("标记倒闭：{reason}", "Marked closed down: {reason}").format(reason=self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class TradingResumed(CustomerEvent):
    def sentence(self) -> Text:
        return Text("恢复交易", "Trade resumed")


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerWonBack(CustomerEvent):
    """`approved` names what was decided."""

    approved: str

    def sentence(self) -> Text:
        return Text("重新开发，依据 {approved}", "Won back, by {approved}").format(approved=self.approved)


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChanged(CustomerEvent):
    before: str
    after: str
    approved: str
    reason: str = ""

    def sentence(self) -> Text:
        return Text("等级改为 {after}，依据 {approved}", "Rated {after}, by {approved}").format(
            after=self.after, approved=self.approved
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementAdded(CustomerEvent):
    agreement: Agreement

    def sentence(self) -> Text:
        return Text("签订协议“{title}”", "Agreed: {title}").format(title=self.agreement.title)


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasAdded(CustomerEvent):
    alias: str

    def sentence(self) -> Text:
        return Text("添加别名“{alias}”", "Also called {alias}").format(alias=self.alias)


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasRemoved(CustomerEvent):
    alias: str

    def sentence(self) -> Text:
        return Text("删除别名“{alias}”", "No more called {alias}").format(alias=self.alias)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamSet(CustomerEvent):
    """Numbers; empty: none. `merged`: not by whom it belongs to, but because the one before became part of the new one."""

    before: str
    after: str
    merged: bool = False

    def sentence(self) -> Text:
        if not self.after:
            return Text("取消上游客户", "Buys from no other customer any more")
        return Text("上游客户改为 {after}", "Buys from {after}").format(after=f"customers/{self.after}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationMoved(CustomerEvent):
    """One of its relations has become part of another customer."""

    before: str
    after: str

    def sentence(self) -> Text:
        names = {"before": f"customers/{self.before}", "after": f"customers/{self.after}"}
        return Text(
            "关联客户 {before} 已并入 {after}", "{before}, to which it is related, became part of {after}"
        ).format(**names)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnershipChanged(CustomerEvent):
    """Ids of people and organisations."""

    from_salesperson: str
    from_organisation: str
    salesperson: str
    organisation: str
    reason: str

    def sentence(self) -> Text:
        said = {"old": self.from_salesperson, "new": self.salesperson, "reason": self.reason}
        return Text("由 {old} 移交 {new}：{reason}", "Handed over by {old} to {new}: {reason}").format(**said)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersMerged(CustomerEvent):
    """Of the one that stays. Keeps what the other was."""

    other: str
    what: File
    aliases: tuple[str, ...]
    licences: tuple[str, ...]
    downstream: tuple[str, ...]
    related: tuple[str, ...]
    reason: str

    def sentence(self) -> Text:
        said = {"other": f"customers/{self.other}", "reason": self.reason}
        return Text("并入 {other}：{reason}", "Took in {other}: {reason}").format(**said)


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedInto(CustomerEvent):
    into: str
    reason: str

    def sentence(self) -> Text:
        said = {"into": f"customers/{self.into}", "reason": self.reason}
        return Text("已并入 {into}：{reason}", "Became part of {into}: {reason}").format(**said)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneRevealed(CustomerEvent):
    """Which number was shown, and what for; never the number."""

    phone: str
    purpose: str

    def sentence(self) -> Text:
        said = {"phone": self.phone, "purpose": self.purpose}
        return Text("查看电话 {phone}：{purpose}", "Saw {phone}: {purpose}").format(**said)


class ConfigurationPublished(published.ConfigurationPublished):
    def sentence(self) -> Text:
        return Text("发布客户设置第 {version} 版", "Published version {version}").format(version=self.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedButNotDone(CustomerEvent):
    """`approved` names what was decided, `why` says what stood in the way."""

    approved: str
    rule: str
    why: Text

    def sentence(self) -> Text:
        return Text(
            f"{self.approved} 已通过审批，但未能落实：{self.why.zh}",
            f"{self.approved} was approved but could not be done: {self.why.en}",
        )
