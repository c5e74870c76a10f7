"""What people do with one customer that is to become formal, and with what they ask for it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from google.type.date_pb2 import Date
from google.type.money_pb2 import Money

from tests.chaos.desk import Desk
from tests.chaos.people import Client, Refused
from zhupi.customer.v1 import customer_pb2 as customers
from zhupi.customer.v1 import licence_service_pb2 as licences
from zhupi.customer.v1 import onboarding_pb2 as pb
from zhupi.customer.v1.customer_pb2_grpc import CustomerServiceStub
from zhupi.customer.v1.licence_service_pb2_grpc import LicenceServiceStub
from zhupi.customer.v1.onboarding_pb2_grpc import OnboardingServiceStub

# What the kind of customer needs.
LICENCE: Final = "medical-institution"


class OnboardingDesk(Desk[pb.Onboarding]):
    """`customer` is how it was last seen."""

    final = pb.Onboarding.STATE_FORMAL
    refused = (pb.Onboarding.STATE_DRAFT,)

    def __init__(self, client: Client, author: str) -> None:
        super().__init__(client, author)
        self.document = pb.Onboarding()
        self.customer = customers.Customer()

    # The customer.

    async def meet(self, name: str, credit_code: str) -> None:
        """A new customer with the licence that its kind needs."""
        file = customers.CustomerFile(
            display_name=name,
            credit_code=credit_code,
            kind=customers.CUSTOMER_KIND_CLINIC,
            trade=customers.CUSTOMER_TRADE_DIRECT,
            phone=f"029{self.random.randrange(10**8):08d}",
        )
        request = customers.CreateCustomerRequest(file=file)
        self.customer = await self.client.write(self.author, CustomerServiceStub, "CreateCustomer", request)
        await self._licensed()

    async def _licensed(self) -> None:
        content = licences.LicenceContent(
            type=LICENCE,
            number=f"PDY{self.random.randrange(10**12):012d}",
            expiry=Date(year=2039, month=12, day=31),
        )
        request = licences.RecordLicenceRequest(
            customer=self.customer.name, etag=self.customer.etag, licence=content
        )
        await self.client.write(self.author, LicenceServiceStub, "RecordLicence", request)
        await self.look_at_customer()

    async def move_house(self, street: str) -> None:
        """The customer changes while people decide."""
        await self.look_at_customer()
        file = customers.CustomerFile()
        file.CopyFrom(self.customer.file)
        file.address.street = street
        request = customers.UpdateCustomerRequest(name=self.customer.name, etag=self.customer.etag, file=file)
        self.customer = await self.client.write(self.author, CustomerServiceStub, "UpdateCustomer", request)

    async def look_at_customer(self) -> None:
        request = customers.GetCustomerRequest(name=self.customer.name)
        self.customer = await self.client.read(self.author, CustomerServiceStub, "GetCustomer", request)

    # What is asked for it.

    async def create(self, credit: int = 0, may_be: Collection[str] = ()) -> pb.Onboarding:
        """A draft, with credit of so many yuan. Raises Refused for a reason in `may_be`."""
        terms = pb.OnboardingTerms(note="年采购约三百万")
        if credit:
            terms.credit_limit.CopyFrom(Money(currency_code="CNY", units=credit))
            terms.payment_terms_days = 60
        request = pb.CreateOnboardingRequest(customer=self.customer.name, terms=terms)
        made = await self._write("CreateOnboarding", request, may_be)
        self.document = made
        return made

    async def submit(self) -> None:
        await self.submit_as_well(self.document)

    async def submit_as_well(self, draft: pb.Onboarding, may_be: Collection[str] = ()) -> None:
        """This one, which is the document from now on. Raises Refused for a reason in `may_be`."""
        request = pb.SubmitOnboardingRequest(name=draft.name, etag=draft.etag)
        self.document = await self._write("SubmitOnboarding", request, may_be)

    async def edit(self, words: str) -> None:
        terms = pb.OnboardingTerms()
        terms.CopyFrom(self.document.terms)
        terms.note = words
        request = pb.UpdateOnboardingRequest(name=self.document.name, etag=self.document.etag, terms=terms)
        self.document = await self._write("UpdateOnboarding", request)

    async def delete(self) -> None:
        request = pb.DeleteOnboardingRequest(name=self.document.name, etag=self.document.etag)
        self.document = await self._write("DeleteOnboarding", request)

    async def look(self) -> pb.Onboarding:
        request = pb.GetOnboardingRequest(name=self.document.name)
        found: pb.Onboarding = await self.client.read(
            self.author, OnboardingServiceStub, "GetOnboarding", request
        )
        self.document = found
        return found

    async def refused_another(self, reason: str) -> None:
        """Nobody may ask for this customer once more, for this reason."""
        kept = self.document
        try:
            await self.create(may_be=(reason,))
        except Refused:
            return
        self.client.surprise(f"a second onboarding was made where {reason} was due")
        self.document = kept

    async def _write(self, method: str, request: Any, may_be: Collection[str] = ()) -> pb.Onboarding:
        answer: pb.Onboarding = await self.client.write(
            self.author, OnboardingServiceStub, method, request, may_be
        )
        return answer
