"""What the use cases of onboardings need of the transaction, beside what all of this service's need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from chassis.cases.ports import CaseVerbs
from chassis.postgres.paging import Page, PageRequest
from services.customer.domain.onboarding import Onboarding
from services.customer.domain.onboarding_life import OnboardingState
from services.customer.use_cases.ports import Sight, Work


@dataclass(frozen=True, slots=True)
class OnboardingQuery:
    """What is empty does not matter. `words` is a part of number or customer's name. Deleted ones are found by their state only."""

    state: OnboardingState | None = None
    customer: str = ""
    requester: str = ""
    organisation: str = ""
    words: str = ""


class Onboardings(Protocol):
    async def next_number(self, year: int) -> str: ...
    async def add(self, onboarding: Onboarding) -> None: ...
    async def get(self, number: str, sight: Sight) -> Onboarding: ...
    async def get_for_update(self, number: str, sight: Sight) -> Onboarding: ...
    async def must_be_alone(self, customer: str, but: str = "") -> None: ...
    async def save(self, onboarding: Onboarding) -> None: ...
    async def page(self, query: OnboardingQuery, sight: Sight, page: PageRequest) -> Page[Onboarding]: ...


class OnboardingWork(Work, Protocol):
    @property
    def onboardings(self) -> Onboardings: ...
    @property
    def case_verbs(self) -> CaseVerbs: ...
