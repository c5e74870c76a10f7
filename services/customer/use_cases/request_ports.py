"""What the use cases of requests about customers need of the transaction, whichever they are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol, TypeVar

from chassis.cases.ports import CaseVerbs
from chassis.postgres.paging import Page, PageRequest
from kernel.decided import Decidable
from services.customer.use_cases.ports import Sight, Work

D = TypeVar("D", bound=Decidable)


@dataclass(frozen=True, slots=True)
class RequestQuery:
    """What is empty does not matter. `words` is a part of number or customer's name. Deleted ones are found by their state only."""

    state: Enum | None = None
    customer: str = ""
    requester: str = ""
    organisation: str = ""
    words: str = ""


class Requests(Protocol[D]):
    async def next_number(self, year: int) -> str: ...
    async def add(self, document: D) -> None: ...
    async def get(self, number: str, sight: Sight) -> D: ...
    async def get_for_update(self, number: str, sight: Sight) -> D: ...
    async def save(self, document: D) -> None: ...
    async def page(self, query: RequestQuery, sight: Sight, page: PageRequest) -> Page[D]: ...


class RequestWork(Work, Protocol):
    @property
    def case_verbs(self) -> CaseVerbs: ...
