"""Very many customers with names as the trade has them, written past the service but as it writes them."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from chassis.postgres.database import libpq_url
from kernel.credit_code import made_of
from services.customer.domain.customer import Customer
from services.customer.domain.file import Address
from services.customer.domain.kinds import Kind, Trade
from services.customer.domain.regions import CITIES
from services.customer.store.customer_rows import customer_columns
from services.customer.store.search_entries import COLUMNS, entry_of
from tests.builders.customers import a_customer, a_file

FIRST = "仁和康益百同济德保国华福民安泰天地长春永盛瑞祥恒嘉惠明健金广大新万兴宏诚信恩慈寿宁松柏鹤龙凤"
THEN = "和堂康生源丰民芝草本济寿春安泰瑞祥兴隆达利源林元亨通顺发昌盛荣华美佳宜居康乐福禄喜庆"
TRADES = {
    "大药房有限公司": Kind.PHARMACY,
    "药店": Kind.PHARMACY,
    "医药有限公司": Kind.PRIMARY_COMMERCIAL,
    "医药连锁有限公司": Kind.CHAIN_COMMERCIAL,
    "诊所": Kind.CLINIC,
    "人民医院": Kind.HOSPITAL,
    "社区卫生服务中心": Kind.COMMUNITY_HEALTH,
    "卫生院": Kind.TOWNSHIP_HEALTH,
}
ORGANISATIONS, PEOPLE = 40, 400
# Made at the end, they take a tenth of the time.
DEAR = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'customer_search' AND indexdef LIKE '%USING gin%'"


def many(count: int, seed: int = 1) -> Iterator[Customer]:
    random = Random(seed)
    places = [(province, city) for province, cities in CITIES.items() for city in cities.split()]
    for n in range(1, count + 1):
        province, city = random.choice(places)
        own = random.choice(FIRST) + "".join(random.choices(THEN, k=random.choice((1, 1, 2, 3))))
        trade, kind = random.choice(list(TRADES.items()))
        name = f"{random.choice(('', city, city + '市', province + city + '市'))}{own}{trade}"
        if kind is Kind.PHARMACY and random.random() < 0.4:
            name += f"（{random.choice(FIRST)}{random.choice(THEN)}路店）"
        file = a_file(
            name,
            kind=kind,
            trade=random.choice(list(Trade)),
            credit_code=made_of("91", "410100", f"{n:08}"),
            phone=f"0371{random.randrange(10**7, 10**8)}",
            address=Address(province, city),
        )
        yield a_customer(
            f"C{n:06}",
            file=file,
            organisation=f"o{random.randrange(ORGANISATIONS)}",
            salesperson=f"p{random.randrange(PEOPLE)}",
            aliases=(f"{city}{own}",) if random.random() < 0.2 else (),
        )


async def fill(url: str, count: int) -> list[str]:
    """So many customers; their names."""
    names = []
    async with await psycopg.AsyncConnection.connect(libpq_url(make_url(url))) as connection:
        indexes = await (await connection.execute(DEAR)).fetchall()
        for name, _ in indexes:
            await connection.execute(f"DROP INDEX {name}".encode())
        for table, columns, row in (
            ("customers", None, _customer),
            ("customer_search", COLUMNS.names, entry_of),
        ):
            first = row(next(many(1)))
            copied = ", ".join(columns or first)
            async with (
                connection.cursor() as cursor,
                cursor.copy(f"COPY {table} ({copied}) FROM STDIN") as copy,
            ):
                for customer in many(count):
                    values = row(customer)
                    await copy.write_row([values[name] for name in (columns or first)])
                    if table == "customers":
                        names.append(customer.file.name)
        for _, definition in indexes:
            await connection.execute(definition.encode())
        await connection.commit()
        await connection.set_autocommit(True)
        await connection.execute("VACUUM ANALYZE customers, customer_search")
    return names


def _customer(customer: Customer) -> dict[str, Any]:
    return {"number": customer.number, "created_at": customer.create_time, **customer_columns(customer)}
