"""The story of a customer that becomes formal: looked for, told from one that sounds the same, licensed, decided, registered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import SystemRandom
from typing import Final
from uuid import uuid4

from chassis.reading import readings
from cli.commands.customer_finding import CANDIDATES, HITS
from cli.commands.licences import SHOWN
from cli.commands.onboardings import DIFFERENCES, get_onboarding, show_onboarding
from cli.customer_view import get_customer, show_customer
from cli.customer_words import in_words
from cli.route_view import show_routes
from cli.session import Session
from cli.values import day, money, today
from demo.acting import Actors
from demo.case_story import CaseStory
from demo.customers import STAGE, customers
from demo.group import CLAIMANT, Group, Size
from demo.looking_at_customers import LookAtCustomers
from demo.telling import Teller
from demo.waiting import until
from demo.words import sounding
from kernel.credit_code import made_of
from kernel.errors import Refusal
from kernel.text import Text
from reading.names import bare
from zhupi.approval.v1.work_item_pb2 import WorkItem
from zhupi.customer.v1 import customer_pb2 as pb
from zhupi.customer.v1 import finding_pb2 as finding
from zhupi.customer.v1 import licence_service_pb2 as licence
from zhupi.customer.v1 import onboarding_pb2 as onboarding
from zhupi.customer.v1.customer_pb2_grpc import CustomerServiceStub
from zhupi.customer.v1.finding_pb2_grpc import FindingServiceStub
from zhupi.customer.v1.licence_pb2 import Licence
from zhupi.customer.v1.licence_service_pb2_grpc import LicenceServiceStub
from zhupi.customer.v1.onboarding_pb2 import Difference, Onboarding, OnboardingTerms
from zhupi.customer.v1.onboarding_pb2_grpc import OnboardingServiceStub
from zhupi.customer.v1.takeover_pb2 import KeptCustomer

INCOMPLETE: Final = Text("请补充仓库地址和面积", "Say where its warehouse is, and how large")
ENDED: Final = frozenset({Onboarding.STATE_FORMAL, Onboarding.STATE_REJECTED, Onboarding.STATE_DELETED})
QUALITY_STEP: Final = "quality"
CREDIT: Final = "300000"
DAYS: Final = 60
ANOTHER_PHONE: Final = "14300000002"
YEARS: Final = timedelta(days=4 * 365)


class CustomerStory(CaseStory):
    """`customer` and `onboarding` are as they stand."""

    def __init__(self, actors: Actors, group: Group, teller: Teller) -> None:
        super().__init__(actors, group, teller)
        self.customer = pb.Customer()
        self.onboarding = Onboarding()
        self.look = LookAtCustomers(actors, group, teller)

    async def tell(self) -> None:
        heard = await self.hear_of_one()
        await self.write_it_down(heard)
        await self.ask()
        await self.bring_the_licence()
        await self.send_back(INCOMPLETE)
        await self.complete_it()
        while not self.has_ended:
            await self.decide_next()
        await self.look.at_the_registration(self.customer.name)
        await self.look.at_the_licences()
        await self.look.at_the_timeline(self.onboarding.name)

    @property
    def name(self) -> str:
        return self.onboarding.name

    @property
    def has_ended(self) -> bool:
        return self.onboarding.state in ENDED

    async def look_again(self) -> None:
        self.onboarding = await get_onboarding(await self.requester(), self.name)

    async def hear_of_one(self) -> str:
        """The name that the representative has heard; one that is there sounds the same."""
        known, heard = await self.not_told_yet()
        (sound, _), who = readings(brand_of(known)), self.called(CLAIMANT)
        self.teller.step(
            f"{who} 听说了一家客户“{heard}”，先按拼音查一查有没有",
            f"{who} has heard of {heard} and looks whether it is there, by how it sounds",
        )
        self.teller.command(f"customer find {sound} --as {CLAIMANT}")
        finds = (await self.requester()).stub(FindingServiceStub)
        answer = await finds.SearchCustomers(finding.SearchCustomersRequest(query=sound))
        self.out.table(answer.hits, HITS, kind=finding.CustomerHit)
        return heard

    async def not_told_yet(self) -> tuple[str, str]:
        """A name that is there, and how somebody may hear it; once all have been told, the last again."""
        finds, told = (await self.requester()).stub(FindingServiceStub), ("", "")
        for told in names_heard(self.group):
            found = await finds.FindDuplicates(finding.FindDuplicatesRequest(display_name=told[1]))
            if told[1] not in {one.customer.display_name for one in found.candidates}:
                break
        return told

    async def write_it_down(self, heard: str) -> None:
        self.teller.step(
            "新建：有读音相同的客户，须先确认不是同一家",
            "It is written down: another one sounds the same, and somebody has to say that they are two",
        )
        file = pb.CustomerFile(
            display_name=heard,
            kind=pb.CUSTOMER_KIND_PRIMARY_COMMERCIAL,
            trade=pb.CUSTOMER_TRADE_DIRECT,
            credit_code=made_of("91", "410200", f"XY{SystemRandom().randrange(10**6):06}"),
            responsible_person="贾一鸣",
            responsible_phone="14300000001",
            address=pb.Address(province="河南省", city="开封市", county="龙亭区", street="翊楠路 6 号"),
        )
        words = f"--kind primary-commercial --set credit_code={file.credit_code} --set …"
        self.teller.command(f"customer new {heard} {words} --as {CLAIMANT}")
        request = pb.CreateCustomerRequest(request_id=str(uuid4()), file=file)
        stub = (await self.requester()).stub(CustomerServiceStub)
        try:
            self.customer = await stub.CreateCustomer(request)
        except Refusal as refusal:
            self.teller.refused(refusal)
            request.request_id = str(uuid4())
            request.despite[:] = await self.compare(file)
            despite = " ".join(f"--despite {bare(one)}" for one in request.despite)
            self.teller.command(f"customer new {heard} {words} {despite} --as {CLAIMANT}")
            self.customer = await stub.CreateCustomer(request)
        show_customer(self.out, self.customer)

    async def compare(self, file: pb.CustomerFile) -> list[str]:
        """Those that look alike, and are others: their credit codes differ."""
        self.teller.command(f"customer duplicates {file.display_name} --as {CLAIMANT}")
        request = finding.FindDuplicatesRequest(
            display_name=file.display_name, credit_code=file.credit_code, phones=[file.responsible_phone]
        )
        found = await (await self.requester()).stub(FindingServiceStub).FindDuplicates(request)
        self.out.table(found.candidates, CANDIDATES, kind=finding.DuplicateCandidate)
        self.teller.aside(
            "信用代码和地址都不同，是另一家：",
            "Neither credit code nor address is the same: it is another house:",
        )
        return [one.customer.name for one in found.candidates if one.blocking]

    async def ask(self) -> None:
        number = bare(self.customer.name)
        self.teller.step(
            "登记营业执照，申请转正和信用额度；缺一份证照，不能提交",
            "Its business licence is recorded, and it is to become formal, with a credit limit; a licence is missing",
        )
        await self.record("business", self.customer.file.credit_code)
        self.teller.command(f"onboarding new {number} --credit {CREDIT} --days {DAYS} --as {CLAIMANT}")
        stub = (await self.requester()).stub(OnboardingServiceStub)
        terms = OnboardingTerms(
            credit_limit=money(CREDIT), payment_terms_days=DAYS, despite=await self.look_alikes()
        )
        self.onboarding = await stub.CreateOnboarding(
            onboarding.CreateOnboardingRequest(
                request_id=str(uuid4()), customer=self.customer.name, terms=terms
            )
        )
        try:
            await self.submit()
        except Refusal as refusal:
            self.teller.refused(refusal)

    async def look_alikes(self) -> list[str]:
        request = finding.FindDuplicatesRequest(
            display_name=self.customer.file.display_name, customer=self.customer.name
        )
        found = await (await self.requester()).stub(FindingServiceStub).FindDuplicates(request)
        return [one.customer.name for one in found.candidates if one.blocking]

    async def bring_the_licence(self) -> None:
        self.teller.step("补上药品经营许可证，提交", "The licence is brought, and it is submitted")
        await self.record("medicine-trade", f"XK4102{self.number[-6:]}")
        self.teller.command(f"onboarding route {self.number} --as {CLAIMANT}")
        stub = (await self.requester()).stub(OnboardingServiceStub)
        preview = await stub.PreviewOnboardingRoute(onboarding.PreviewOnboardingRouteRequest(name=self.name))
        show_routes(self.out, preview.routes)
        await self.submit()
        await in_words(await self.requester(), self.out, licences=self.onboarding.frozen.licences)
        show_onboarding(self.out, self.onboarding)

    async def record(self, type_: str, number: str) -> None:
        session = await self.requester()
        expiry = (today() + YEARS).isoformat()
        self.teller.command(
            f"licence record {bare(self.customer.name)} --type {type_} --number {number} --expiry {expiry} --as {CLAIMANT}"
        )
        self.customer = await get_customer(session, self.customer.name)
        request = licence.RecordLicenceRequest(
            customer=self.customer.name,
            request_id=str(uuid4()),
            etag=self.customer.etag,
            licence=licence.LicenceContent(type=type_, number=number, expiry=day(expiry)),
        )
        recorded = await session.stub(LicenceServiceStub).RecordLicence(request)
        await in_words(session, self.out, licences=(recorded,))
        self.out.table([recorded], SHOWN, kind=Licence)

    async def submit(self) -> None:
        self.teller.command(f"onboarding submit {self.number} --as {CLAIMANT}")
        request = onboarding.SubmitOnboardingRequest(
            name=self.name, request_id=str(uuid4()), etag=self.onboarding.etag
        )
        self.onboarding = await (await self.requester()).stub(OnboardingServiceStub).SubmitOnboarding(request)

    async def complete_it(self) -> None:
        self.onboarding = await until(self.returned, f"{self.number} → DRAFT")
        who = self.called(CLAIMANT)
        self.teller.step(f"{who} 补充档案后再次提交", f"{who} completes the file and submits it again")
        self.teller.aside(f"退回原因：{self.onboarding.reason}", f"The reason: {self.onboarding.reason}")
        file = pb.CustomerFile()
        file.CopyFrom(self.customer.file)
        file.commercial.warehouse_address = "河南省开封市龙亭区翊楠路 8 号"
        file.commercial.warehouse_area = 2400
        await self.edit(file, "commercial.warehouse_area=2400 --set commercial.warehouse_address=…")
        await self.submit()

    async def edit(self, file: pb.CustomerFile, said: str) -> None:
        self.teller.command(f"customer edit {bare(self.customer.name)} --set {said} --as {CLAIMANT}")
        session = await self.requester()
        seen = await get_customer(session, self.customer.name)
        request = pb.UpdateCustomerRequest(name=seen.name, request_id=str(uuid4()), etag=seen.etag, file=file)
        self.customer = await session.stub(CustomerServiceStub).UpdateCustomer(request)

    async def returned(self) -> Onboarding | None:
        await self.look_again()
        return self.onboarding if self.onboarding.state == Onboarding.STATE_DRAFT else None

    async def before_approval(self, item: WorkItem, session: Session, login: str) -> WorkItem:
        """While quality looks, the customer changes: what is decided on stays as it was submitted, the difference beside it."""
        if item.step != QUALITY_STEP:
            return item
        self.teller.aside(
            "此时档案又有变更：审批看到的仍是提交时的内容，差异列在一旁",
            "Meanwhile its file changes: what is decided on stays as it was submitted, with the difference beside it",
        )
        file = pb.CustomerFile()
        file.CopyFrom(self.customer.file)
        file.responsible_phone = ANOTHER_PHONE
        await self.edit(file, f"responsible_phone={ANOTHER_PHONE}")
        self.teller.command(f"onboarding show {self.number} --as {login}")
        seen = await get_onboarding(session, self.name)
        self.out.table(seen.differences, DIFFERENCES, kind=Difference)
        return item


def names_heard(group: Group) -> Iterator[tuple[str, str]]:
    """Names of distributors of this region, and each as somebody may hear it; first those of the representative's own."""
    stage = next(some for some in customers(group, Size.SMALL, today()) if _is_here(some))
    own_first = sorted(stage, key=lambda one: one.salesperson != f"people/{CLAIMANT}")
    for one in own_first:
        name, brand = one.file.display_name, brand_of(one.file.display_name)
        if one.file.HasField("commercial") and brand[:1] in sounding():
            yield name, name.replace(brand, sounding()[brand[0]] + brand[1:])


def brand_of(name: str) -> str:
    """开封祎桢医药有限公司 → 祎桢."""
    start = next((n for n, one in enumerate(name) if one in sounding()), len(name))
    return name[start : start + 2]


def _is_here(some: list[KeptCustomer]) -> bool:
    return some[0].organisation == f"organisations/{STAGE}"
