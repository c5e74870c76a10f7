"""Whatever is sent to the customer service, it answers or refuses in words, and a refusal changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from chassis.postgres.database import Database
from services.customer.domain.kinds import Kind, Trade
from services.customer.use_cases.follow_ups import follow_up
from tests.builders import renewal_desk
from tests.builders.callers import calling
from tests.builders.customer_desk import STRANGER, Desk, serve
from tests.builders.customer_sheets import Importer, a_csv, a_row
from tests.builders.customers import a_file, a_follow_up
from tests.builders.edge import Edge
from tests.builders.hostile import Known
from tests.builders.onboarding_desk import decide, draft, licensed, submit
from tests.builders.pages import not_refused
from tests.builders.protos import methods
from tests.builders.renewal_desk import hospital
from tests.builders.siege import EXAMPLES, Siege, lay
from tests.integration.customer.conftest import MIGRATIONS

SERVED = [*methods("zhupi.customer."), *methods("zhupi.common.")]
CALLERS = {
    "lihua": (),
    "boss": (),
    "stranger": (),
    "chenjing": ("master-data",),
    "root": ("administrator", "operator", "master-data"),
}
NAMES = [f"customers/C{n:06}" for n in range(1, 7)]
IMPORT = "customerImports/IM000001"
FOLLOW_UPS = [f"followUps/LC-2026-{n:06}" for n in range(1, 3)]
ONBOARDINGS = [f"onboardings/ON-2026-{n:06}" for n in range(1, 4)]
RENEWALS = [f"licenceRenewals/LR-2026-{n:06}" for n in range(1, 4)]
KNOWN: Known = {
    "type": ["business", "gsp", "medical-institution"],
    "renews": [f"{NAMES[n]}/licences/{m}" for n in (3, 4, 5) for m in (1, 2)] + [""],
    "name": [
        *NAMES,
        *ONBOARDINGS,
        *RENEWALS,
        *FOLLOW_UPS,
        IMPORT,
        f"{NAMES[0]}/licences/1",
        f"{NAMES[2]}/licences/1",
    ],
    "number": ["N1", "N2"],
    "scan": ["attachments/1", ""],
    "after": [NAMES[0], ""],
    "erp_code": ["K-000001"],
    "payment_terms_days": [0, 30],
    "attachments": ["attachments/1"],
    "customer_import": [IMPORT],
    "title": ["客户名称", "联系电话"],
    "content": [a_csv(a_row("仁和堂")), b"%PDF-1.7", b""],
    "file_name": ["客户.csv"],
    "document": [*NAMES, *FOLLOW_UPS],
    "process": ["customer-level-change", "customer-agreement", "customer-win-back", "seal-use"],
    "values": ['{"customer": "customers/C000001", "level": "A", "reason": "x"}', "{}", "[]", "[" * 60_000],
    "field": ["customer", "level"],
    "customer": NAMES,
    "upstream": NAMES,
    "despite": NAMES,
    "display_name": ["河南康源医药有限公司", "和平药店", "x"],
    "credit_code": ["91410000MA9FQ5RT1X", ""],
    "phone": ["13812345678", "*******5678", "", "phone", "people/1"],
    "responsible_phone": ["13812345678", ""],
    "etag": [str(n) for n in range(1, 5)],
    "units": [0, 1, 5, 100, -1, 999_999_999_999_999],
    "organisation": ["organisations/henan", "organisations/hebei"],
    "salesperson": ["people/lihua", "people/boss"],
    "province": ["河南省"],
    "city": ["郑州市"],
    "level": ["A", "B"],
    "progress": ["discovered", "negotiation"],
    "alias": ["康源", "x"],
    "other": NAMES,
    "customers": NAMES,
    "other_etag": [str(n) for n in range(1, 5)],
    "to_salesperson": ["people/zhangwei", "people/lihua"],
    "to_organisation": ["organisations/henan", "organisations/hebei", ""],
    "purpose": ["回访", ""],
    "key": ["A", "B", "discovered"],
    "zh": ["发现", "甲"],
    "en": ["Discovered"],
    "licence_types": ["A", "B"],
    "watch_days": [60, 30],
    "reveals_per_hour": [1000],
    "version": [0, 1],
    "limit": [0, 1, 200],
    "kind": ["总院"],
    "code": ["P1", "P2"],
    "id": ["1", ""],
    "page_size": [0, 1, 200],
    "transfer_share": [0, 40, 100],
    "b_share": [0, 40],
    "hospital_share": [0, 40],
    "staff": [0, 10],
    "sales_staff": [0, 10],
    "warehouse_area": [0, 100],
    "reason": ["不再采购", "two\nlines"],
}


@asynccontextmanager
async def besieged(url: str, edge: Edge) -> AsyncIterator[Siege]:
    """A few customers, and everybody who could call."""
    database = Database(url, name="customer")
    desk = Desk(database)
    made = await desk.create(a_file(phone="13812345678"))
    await desk.create(a_file("和平药店", kind=Kind.PHARMACY, trade=Trade.INDIRECT), upstream="C000001")
    await desk.create(a_file("河北仁和"), by=STRANGER)
    await Importer(desk).upload(a_csv(a_row("仁和堂"), a_row("和平药店")))
    onboarding = await submit(desk, await draft(desk, await licensed(desk, customer=made)))
    await decide(desk, onboarding)
    await follow_up(a_follow_up(made, level="Z"), None, uow=desk.uow(), clock=desk.clock)
    registered = await hospital(desk, 20, 40)
    await renewal_desk.submit(desk, await renewal_desk.draft(desk, registered))
    await renewal_desk.draft(desk, registered, id="2", number="NEW2")
    async with calling(edge, "customer", lambda server: serve(server, desk)) as callers:
        channels = {person: await callers.channel(person, *roles) for person, roles in CALLERS.items()}
        yield Siege(
            database, {**channels, "worker": await callers.service("worker", lambda channel: channel)}
        )
    await database.close()


@pytest.mark.timeout(600)
def test_hostile_requests_are_refused_in_words_and_change_nothing(
    migrated_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    edge = Edge(tmp_path_factory.mktemp("siege"))
    siege = lay(lambda: besieged(migrated_database(MIGRATIONS), edge), SERVED, KNOWN)
    assert not siege.faults, siege.report()
    assert siege.answers["OK"] > EXAMPLES // 30  # it is not only refusing


async def test_every_list_refuses_a_page_that_there_is_not_and_names_the_field(
    migrated_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    edge = Edge(tmp_path_factory.mktemp("lists"))
    needed = {"document": NAMES[0], "customer": NAMES[0], "customer_import": IMPORT}
    async with besieged(migrated_database(MIGRATIONS), edge) as siege:
        assert await not_refused(siege.channels["root"], SERVED, needed) == []
