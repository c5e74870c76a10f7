"""Random acts of random people, right ones and wrong ones."""

from __future__ import annotations

from tests.stateful.engine.item_acts import ItemActs
from tests.stateful.engine.offered import OfferedActs
from tests.stateful.engine.people_acts import PeopleActs


class Engine(ItemActs, PeopleActs, OfferedActs):
    pass
