"""Whose timelines there are here, and who may read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from chassis.rpc.values import id_in
from kernel.actor import Actor
from kernel.clock import Clock
from kernel.errors import NotFound
from services.customer.use_cases.customer_queries import get_customer
from services.customer.use_cases.follow_up_ports import FollowUpWork
from services.customer.use_cases.follow_ups import get_follow_up
from services.customer.use_cases.imports import get_import
from services.customer.use_cases.onboarding_ports import OnboardingWork
from services.customer.use_cases.onboardings import get_onboarding
from services.customer.use_cases.ports import Directory
from services.customer.use_cases.renewal_ports import RenewalWork
from services.customer.use_cases.renewals import get_renewal


class Units(OnboardingWork, RenewalWork, FollowUpWork, Protocol):
    """A transaction over everything that has a timeline."""


class Timelines:
    def __init__(self, units: Callable[[], Units], directory: Directory, clock: Clock) -> None:
        self._units = units
        self._directory = directory
        self._clock = clock

    async def document_for(self, name: str, actor: Actor) -> str:
        """A customer, an onboarding, a renewal, or what master data sets. Raises NotFound, also where the caller may not see it."""
        match name.partition("/")[0]:
            case "customers":
                number = id_in(name, "customers", "document")
                found = get_customer(
                    number, uow=self._units(), actor=actor, clock=self._clock, directory=self._directory
                )
                return (await found).name
            case "onboardings":
                number = id_in(name, "onboardings", "document")
                asked = get_onboarding(
                    number, uow=self._units(), actor=actor, clock=self._clock, directory=self._directory
                )
                return (await asked).onboarding.name
            case "followUps":
                number = id_in(name, "followUps", "document")
                followed = get_follow_up(
                    number, uow=self._units(), actor=actor, clock=self._clock, directory=self._directory
                )
                return (await followed).name
            case "licenceRenewals":
                number = id_in(name, "licenceRenewals", "document")
                renewed = get_renewal(
                    number, uow=self._units(), actor=actor, clock=self._clock, directory=self._directory
                )
                return (await renewed).name
            case "customerConfiguration":
                return name
            case "customerImports":
                number = id_in(name, "customerImports", "document")
                return (await get_import(number, uow=self._units(), actor=actor, clock=self._clock)).name
        raise NotFound(name=name)
