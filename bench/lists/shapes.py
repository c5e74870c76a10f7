"""What people ask of their lists, each kind of question under the name that it has in the table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

from google.protobuf.timestamp_pb2 import Timestamp
from google.type.money_pb2 import Money

from bench.lists.world import PLACES, PROCESSES, World
from zhupi.approval.v1.work_item_pb2 import ListWorkItemsRequest as Asked

PAGE: Final = 50
Ask = Callable[[World, Random], dict[str, Any]]


def _days_ago(days: int) -> Timestamp:
    at = Timestamp()
    at.FromDatetime(datetime.now(UTC) - timedelta(days=days))
    return at


def _yuan(amount: int) -> Money:
    return Money(currency_code="CNY", units=amount)


def _place(chance: Random) -> str:
    return chance.choice(list(PLACES))


SHAPES: Final[dict[str, Ask]] = {
    "to do, newest first": lambda world, chance: {},
    "to do, oldest first": lambda world, chance: {"order": Asked.ORDER_OLDEST_FIRST},
    "to do, due first": lambda world, chance: {"order": Asked.ORDER_DUE_FIRST},
    "to do, largest first": lambda world, chance: {"order": Asked.ORDER_LARGEST_FIRST},
    "to do, with counts of all folders": lambda world, chance: {"with_counts": True},
    "of one process": lambda world, chance: {"process": chance.choice(PROCESSES)},
    "of one process, due first": lambda world, chance: {
        "process": chance.choice(PROCESSES),
        "order": Asked.ORDER_DUE_FIRST,
    },
    "of one requester": lambda world, chance: {
        "requester": f"people/{world.people[chance.randrange(25)].login}"
    },
    "of a region and all below": lambda world, chance: {
        "organisation": f"organisations/region{chance.randrange(5):02}"
    },
    "of an amount": lambda world, chance: {"amount_from": _yuan(500), "amount_to": _yuan(800)},
    "older than a year": lambda world, chance: {"arrived_before": _days_ago(365)},
    "overdue": lambda world, chance: {"overdue": True},
    "searched, two characters": lambda world, chance: {"query": _place(chance)},
    "searched, pinyin": lambda world, chance: {"query": PLACES[_place(chance)]},
    "searched, initials": lambda world, chance: {"query": "clf"},
    "searched, two words": lambda world, chance: {"query": f"{_place(chance)} 加急"},
    "searched, nothing found": lambda world, chance: {"query": "查无此事"},
    "searched by the requester's name": lambda world, chance: {
        "query": world.people[chance.randrange(25)].name
    },
    "done": lambda world, chance: {"box": Asked.BOX_DONE},
    "done, searched": lambda world, chance: {"box": Asked.BOX_DONE, "query": _place(chance)},
    "requested": lambda world, chance: {"box": Asked.BOX_REQUESTED},
    "requested, searched": lambda world, chance: {"box": Asked.BOX_REQUESTED, "query": _place(chance)},
    "copies": lambda world, chance: {"box": Asked.BOX_COPIES},
    "to read": lambda world, chance: {"box": Asked.BOX_TO_READ},
}


def question(shape: str, world: World, chance: Random) -> Asked:
    return Asked(page_size=PAGE, **SHAPES[shape](world, chance))
