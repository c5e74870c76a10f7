"""The file of a customer: what people write about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kernel.credit_code import credit_code
from kernel.errors import InvalidArgument
from kernel.fields import Faults, within
from kernel.money import AmountNotPositive, Money
from services.customer.domain.kinds import Kind, Trade
from services.customer.domain.phones import masked, unmasked

WHOLE = 100


class NotACommercialCustomer(InvalidArgument):
    zh = "只有商业客户才有商业信息"
    en = "Only distributors have commercial particulars"


class SharesAboveWhole(InvalidArgument):
    zh = "调拨、B 类与纯销占比之和为 {sum}%，超过 100%"
    en = "The shares come to {sum} per cent; they cannot exceed 100"


class SalesStaffAboveStaff(InvalidArgument):
    zh = "销售人数 {sales_staff} 超过员工人数 {staff}"
    en = "{sales_staff} sales staff are more than the {staff} people employed"


class UnknownPerson(InvalidArgument):
    zh = "关键人员 {person} 不存在"
    en = "There is no key person {person}"


class ListedTwice(InvalidArgument):
    zh = "“{what}”重复出现"
    en = "{what} is there twice"


@dataclass(frozen=True, slots=True)
class Address:
    province: str = ""
    city: str = ""
    county: str = ""
    street: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commercial:
    """What is asked of distributors. Area in square metres, shares in per cent of its sales; None is not known."""

    business: str = ""
    handles_medicines: bool = False
    warehouse_address: str = ""
    warehouse_area: int = 0
    yearly_sales: Money | None = None
    yearly_sales_of_ours: Money | None = None
    profit_and_tax: Money | None = None
    staff: int = 0
    sales_staff: int = 0
    transfer_share: int = 0
    b_share: int = 0
    hospital_share: int = 0

    def check(self) -> None:
        """Raises SharesAboveWhole, SalesStaffAboveStaff, AmountNotPositive, about the field at fault."""
        shares = self.transfer_share + self.b_share + self.hospital_share
        faults = Faults()
        with faults.within("hospital_share"):
            if shares > WHOLE:
                raise SharesAboveWhole(sum=shares)
        with faults.within("sales_staff"):
            if self.staff and self.sales_staff > self.staff:
                raise SalesStaffAboveStaff(sales_staff=self.sales_staff, staff=self.staff)
        for field, sales in (
            ("yearly_sales", self.yearly_sales),
            ("yearly_sales_of_ours", self.yearly_sales_of_ours),
        ):
            with faults.within(field):
                if sales is not None and sales.minor < 0:
                    raise AmountNotPositive(amount=sales.amount)
        faults.refuse()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPerson:
    """`id` is stable within the customer; empty: a new one."""

    id: str = ""
    name: str
    position: str = ""
    department: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Department:
    name: str
    head: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """`customer` is a number; `kind` says what the other is to this one."""

    customer: str
    kind: str


@dataclass(frozen=True, slots=True)
class ProductOnSale:
    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """What people write about a customer. What is empty is not known."""

    name: str
    kind: Kind
    trade: Trade
    credit_code: str = ""
    responsible_person: str = ""
    responsible_phone: str = ""
    phone: str = ""
    web_site: str = ""
    fax: str = ""
    address: Address = Address()
    commercial: Commercial | None = None
    people: tuple[KeyPerson, ...] = ()
    departments: tuple[Department, ...] = ()
    relations: tuple[Relation, ...] = ()
    products: tuple[ProductOnSale, ...] = ()

    def check(self) -> None:
        """Raises NotACommercialCustomer, ListedTwice, what `credit_code` and `Commercial.check` raise, a violation for each fault."""
        faults = Faults()
        with faults.within("credit_code"):
            if self.credit_code:
                credit_code(self.credit_code)
        with faults.within("commercial"):
            if self.commercial is not None:
                if not self.kind.is_commercial:
                    raise NotACommercialCustomer()
                self.commercial.check()
        for field, keys in (
            ("departments", [d.name for d in self.departments]),
            ("relations", [f"{r.customer} {r.kind}" for r in self.relations]),
            ("products", [p.code for p in self.products]),
        ):
            with faults.within(field):
                _must_differ(keys)
        faults.refuse()

    def masked(self) -> File:
        """As it is shown to whoever does not own the customer."""
        return replace(
            self,
            responsible_phone=masked(self.responsible_phone),
            phone=masked(self.phone),
            people=tuple(replace(person, phone=masked(person.phone)) for person in self.people),
        )

    def written_over(self, before: File | None, given: int) -> tuple[File, int]:
        """The file as it will be kept: key people numbered, phones that came back masked as they were.

        `given` is the highest id of a key person ever given; returned with what is given now. Raises PhoneMasked,
        UnknownPerson, ListedTwice.
        """
        old = {person.id: person for person in before.people} if before else {}
        with within("responsible_phone"):
            responsible_phone = unmasked(self.responsible_phone, before.responsible_phone if before else "")
        with within("phone"):
            phone = unmasked(self.phone, before.phone if before else "")
        with within("people"):
            _must_differ([person.id for person in self.people if person.id])
        people = []
        for index, person in enumerate(self.people):
            with within(f"people[{index}]"):
                if person.id and person.id not in old:
                    raise UnknownPerson(field="id", person=person.id)
                with within("phone"):
                    known = unmasked(person.phone, old[person.id].phone if person.id else "")
            given += not person.id
            people.append(replace(person, id=person.id or str(given), phone=known))
        code = self.credit_code and credit_code(self.credit_code)
        kept = replace(
            self, credit_code=code, responsible_phone=responsible_phone, phone=phone, people=tuple(people)
        )
        return kept, given


def changed_fields(before: File, after: File) -> tuple[str, ...]:
    """The names of the fields that differ."""
    return tuple(name for name in File.__slots__ if getattr(before, name) != getattr(after, name))


def _must_differ(keys: Iterable[str]) -> None:
    seen = set()
    for key in keys:
        if key in seen:
            raise ListedTwice(what=key)
        seen.add(key)
