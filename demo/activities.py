"""Activities of the group: what each is, and how far its life has come. The same ones every time."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

from demo.customers import PRODUCTS
from demo.group import SEED
from zhupi.marketing.v1.activity_pb2 import Activity

State = Activity.State
COUNT: Final = 200
# Of twenty; the first eleven have every state once.
STATES: Final = (
    Activity.STATE_DRAFT,
    Activity.STATE_IN_APPROVAL,
    Activity.STATE_APPROVED,
    Activity.STATE_RUNNING,
    Activity.STATE_TO_CLOSE,
    Activity.STATE_CLOSURE_IN_APPROVAL,
    Activity.STATE_SETTLED,
    Activity.STATE_CLOSED,
    Activity.STATE_REJECTED,
    Activity.STATE_CANCELLED,
    Activity.STATE_DELETED,
    Activity.STATE_IN_APPROVAL,
    Activity.STATE_APPROVED,
    Activity.STATE_RUNNING,
    Activity.STATE_RUNNING,
    Activity.STATE_TO_CLOSE,
    Activity.STATE_CLOSURE_IN_APPROVAL,
    Activity.STATE_SETTLED,
    Activity.STATE_SETTLED,
    Activity.STATE_CLOSED,
)
# The way that an activity goes from one end to the other.
WAY: Final = (
    Activity.STATE_DRAFT,
    Activity.STATE_IN_APPROVAL,
    Activity.STATE_APPROVED,
    Activity.STATE_RUNNING,
    Activity.STATE_TO_CLOSE,
    Activity.STATE_CLOSURE_IN_APPROVAL,
    Activity.STATE_SETTLED,
    Activity.STATE_CLOSED,
)
# Where others leave it.
LEFT_AFTER: Final = {
    Activity.STATE_REJECTED: Activity.STATE_IN_APPROVAL,
    Activity.STATE_CANCELLED: Activity.STATE_APPROVED,
    Activity.STATE_DELETED: Activity.STATE_DRAFT,
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A class of activities; `lines` are expense types with the least and the most that they cost, in yuan."""

    key: str
    title: str
    lines: tuple[tuple[str, int, int], ...]
    result: str


KINDS: Final = (
    Kind(
        "department-meeting", "科室会", (("meeting", 1500, 4500), ("meals", 300, 800)), "医生对产品疗效认可"
    ),
    Kind("store-promotion", "门店促销", (("meeting", 800, 3000),), "活动期间销量上升"),
    Kind(
        "academic-meeting", "学术会议", (("meeting", 6000, 12000), ("travel", 800, 2000)), "与会医生反馈良好"
    ),
    Kind("display", "陈列", (("meeting", 500, 1500),), "黄金陈列位已到位"),
    Kind("store-training", "店员培训", (("meeting", 600, 1800), ("meals", 200, 600)), "店员掌握产品卖点"),
    Kind(
        "patient-education", "患者教育", (("meeting", 1000, 3000), ("travel", 200, 500)), "患者用药依从性提高"
    ),
    Kind("customer-visit", "客户拜访", (("travel", 200, 600), ("meals", 200, 700)), "确认下季度进货计划"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """In yuan; `actual` is what it will have cost."""

    expense_type: str
    amount: int
    actual: int


@dataclass(frozen=True, slots=True)
class Planned:
    """`ahead`: in how many days it begins, `days` how long it lasts, `customer` which of the requester's it is, counted round."""

    number: int
    requester: int
    customer: int
    kind: Kind
    product: tuple[str, str]
    state: State.ValueType
    ahead: int
    days: int
    lines: tuple[Line, ...]
    attendance: int

    @property
    def title(self) -> str:
        """By which it is found again."""
        return f"{self.product[1]}{self.kind.title} D{self.number:03}"

    def goes_on_from(self, state: State.ValueType) -> bool:
        """Whether one in this state has not yet come as far as it should."""
        if state not in WAY:
            return False
        if self.state in LEFT_AFTER:
            return WAY.index(state) <= WAY.index(LEFT_AFTER[self.state])
        return WAY.index(state) < WAY.index(self.state)


def activities(requesters: int, count: int = COUNT) -> list[Planned]:
    """For so many requesters in turn. One who comes again has activities of another class: no two are at a customer at once."""
    return [
        planned(number, (number - 1) // requesters, (number - 1) % requesters)
        for number in range(1, count + 1)
    ]


def planned(number: int, turn: int, requester: int) -> Planned:
    random = Random(f"{SEED}/activities/{number}")  # noqa: S311 - activities that never were
    state = STATES[(number - 1) % len(STATES)]
    begins_now = state in WAY[WAY.index(Activity.STATE_RUNNING) :]
    kind = KINDS[(requester + turn) % len(KINDS)]
    return Planned(
        number=number,
        requester=requester,
        customer=turn,
        kind=kind,
        product=random.choice(PRODUCTS),
        state=state,
        ahead=0 if begins_now else random.randint(5, 20),
        days=random.randint(3, 8) if begins_now else random.randint(1, 4),
        lines=tuple(line(random, *one) for one in kind.lines),
        attendance=random.randint(6, 60),
    )


def line(random: Random, expense_type: str, least: int, most: int) -> Line:
    """One in eight costs more than was planned."""
    amount = random.randint(least // 10, most // 10) * 10
    share = random.uniform(1.05, 1.2) if random.random() < 1 / 8 else random.uniform(0.7, 1.0)
    return Line(expense_type, amount, round(amount * share))
