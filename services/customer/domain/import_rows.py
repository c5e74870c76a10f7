"""One row of an import: what it says of a customer, and the file that it makes of one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, Final
from unicodedata import normalize

from kernel.credit_code import credit_code
from kernel.errors import InvalidArgument, Refusal, Violation
from kernel.money import Money
from kernel.writing import trimmed
from services.customer.domain.file import Commercial, File
from services.customer.domain.kinds import Kind, Trade
from services.customer.domain.names import taken_apart

KINDS: Final = {
    Kind.PRIMARY_COMMERCIAL: "一级商业 一级 一级经销商 primary",
    Kind.SECONDARY_COMMERCIAL: "二级商业 二级 二级经销商 分销商 secondary",
    Kind.CHAIN_COMMERCIAL: "连锁商业 连锁 连锁总部 chain",
    Kind.OTHER_COMMERCIAL: "其他商业 商业 other",
    Kind.STORE: "零售门店 门店 零售 store",
    Kind.PHARMACY: "药店 药房 单体药店 pharmacy",
    Kind.HOSPITAL: "医院 hospital",
    Kind.COMMUNITY_HEALTH: "社区卫生服务中心 社区 社区卫生 社区卫生服务站",
    Kind.TOWNSHIP_HEALTH: "乡镇卫生院 卫生院 乡镇",
    Kind.CLINIC: "诊所 门诊 卫生室 clinic",
    Kind.KEY_PERSON: "关键人员",
    Kind.MEMBER: "会员 member",
    Kind.INTERMEDIARY: "居间人 intermediary",
    Kind.GOVERNMENT: "政府 政府机构 government",
    Kind.NATURAL_PERSON: "自然人 个人",
}
TRADES: Final = {
    Trade.DIRECT: "直接 直接交易 直供 是 direct yes",
    Trade.INDIRECT: "间接 间接交易 非直供 否 indirect no",
}
YES, NO = ["是", "有", "y", "yes", "true", "1", "√", "✓"], ["否", "无", "n", "no", "false", "0", "×", "✗"]
COMMERCIAL: Final = frozenset(Commercial.__slots__)
ADDRESS: Final = frozenset({"province", "city", "county", "street"})
AMOUNTS: Final = frozenset({"yearly_sales", "yearly_sales_of_ours", "profit_and_tax"})
COUNTS: Final = frozenset(
    {"warehouse_area", "staff", "sales_staff", "transfer_share", "b_share", "hospital_share"}
)
_SEVERAL: Final = re.compile(r"[;；、\n|]+")
_NUMBER: Final = re.compile(r"C[0-9]{6,12}", re.ASCII)
_PERSON: Final = re.compile(r"(?:people/)?([a-z][a-z0-9.-]{0,99})", re.ASCII)
LARGEST: Final = 2_000_000_000


class NotAKind(InvalidArgument):
    zh = "“{value}”不是客户类型"
    en = "{value} is no kind of customer"


class NotATrade(InvalidArgument):
    zh = "“{value}”不是交易方式，请填“直接”或“间接”"
    en = "{value} is neither direct nor indirect"


class NotYesOrNo(InvalidArgument):
    zh = "“{value}”须为“是”或“否”"
    en = "{value} is neither yes nor no"


class NotANumber(InvalidArgument):
    zh = "“{value}”不是数字"
    en = "{value} is no number"


class NotACustomerNumber(InvalidArgument):
    zh = "“{value}”不是客户编号（如 C000123）"
    en = "{value} is no number of a customer (C000123)"


class NotALogin(InvalidArgument):
    zh = "“{value}”不是登录名"
    en = "{value} is no login"


class Missing(InvalidArgument):
    zh = "新客户须填写“{column}”"
    en = "A new customer needs {column}"


class DuplicateRow(InvalidArgument):
    zh = "与第 {line} 行是同一客户"
    en = "It is the same customer as line {line}"


class Outcome(Enum):
    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a row says. What it leaves empty is not among `values` and stays as it is."""

    values: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[Violation, ...] = ()

    def text(self, key: str) -> str:
        value: str = self.values.get(key, "")
        return value

    @property
    def key(self) -> str:
        """The same for two rows about one customer."""
        if code := self.text("number") or self.text("credit_code") or self.text("erp_code"):
            return code
        name = taken_apart(self.text("name"))
        return f"{name}" if name.own else ""

    @property
    def aliases(self) -> tuple[str, ...]:
        found: tuple[str, ...] = self.values.get("aliases", ())
        return found

    def new_file(self) -> File:
        """The file of a new customer. Raises Missing."""
        for column in ("name", "kind", "trade"):
            if column not in self.values:
                raise Missing(field=column, column=column)
        return self.applied(File(name="", kind=self.values["kind"], trade=self.values["trade"]))

    def applied(self, file: File) -> File:
        """The file with what the row says."""
        own = {key: value for key, value in self.values.items() if key in File.__slots__}
        address = {key: value for key, value in self.values.items() if key in ADDRESS}
        commercial = {key: value for key, value in self.values.items() if key in COMMERCIAL}
        changed = replace(file, **own, address=replace(file.address, **address))
        if commercial:
            changed = replace(changed, commercial=replace(changed.commercial or Commercial(), **commercial))
        return changed


def draft_of(cells: Sequence[str], keys: Sequence[str]) -> Draft:
    """Reads a row; what cannot be read is among the faults, by the key of its column."""
    values: dict[str, Any] = {}
    faults: list[Violation] = []
    for cell, key in zip(cells, keys, strict=False):
        written = trimmed(cell)
        if not key or not written:
            continue
        try:
            values[key] = READ.get(key, str)(written)
        except Refusal as refusal:
            faults.append(refusal.violation_at(key))
    return Draft(values, tuple(faults))


def _word_in(words: Mapping[Any, str], refusal: type[Refusal]) -> Callable[[str], Any]:
    known = {word: value for value, said in words.items() for word in (*said.split(" "), value.value)}

    def read(written: str) -> Any:
        found = known.get(normalize("NFKC", written).casefold())
        if found is None:
            raise refusal(value=written[:50])
        return found

    return read


def _yes_or_no(written: str) -> bool:
    word = normalize("NFKC", written).casefold()
    if word not in (*YES, *NO):
        raise NotYesOrNo(value=written[:50])
    return word in YES


def _decimal(written: str) -> Decimal:
    text = normalize("NFKC", written).replace(",", "").removesuffix("%").removesuffix("元")
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise NotANumber(value=written[:50]) from error
    if not number.is_finite() or abs(number) > LARGEST * 1000:
        raise NotANumber(value=written[:50])
    return number


def _count(written: str) -> int:
    number = _decimal(written)
    if number != number.to_integral_value() or not 0 <= number <= LARGEST:
        raise NotANumber(value=written[:50])
    return int(number)


def _amount(written: str) -> Money:
    return Money(_decimal(written), "CNY")


def _number(written: str) -> str:
    found = normalize("NFKC", written).upper().removeprefix("CUSTOMERS/")
    if not _NUMBER.fullmatch(found):
        raise NotACustomerNumber(value=written[:50])
    return found


def _login(written: str) -> str:
    found = _PERSON.fullmatch(written)
    if not found:
        raise NotALogin(value=written[:50])
    return found[1]


def _several(written: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(trimmed, _SEVERAL.split(written)))))


READ: Final[dict[str, Callable[[str], Any]]] = {
    "number": _number,
    "kind": _word_in(KINDS, NotAKind),
    "trade": _word_in(TRADES, NotATrade),
    "credit_code": credit_code,
    "organisation": lambda written: written.removeprefix("organisations/"),
    "salesperson": _login,
    "aliases": _several,
    "handles_medicines": _yes_or_no,
    **dict.fromkeys(AMOUNTS, _amount),
    **dict.fromkeys(COUNTS, _count),
}
