"""The terms of activities as messages and back."""

from __future__ import annotations

from typing import Final

from chassis.rpc.values import date_from_message, date_to_message, id_in, money_from_message, money_to_message
from kernel.fields import Faults
from services.marketing.domain.terms import BudgetLine, Product, PromoItem, Terms
from zhupi.marketing.v1 import activity_pb2 as pb

FIELD: Final = "terms"


def terms_to_message(terms: Terms) -> pb.ActivityTerms:
    return pb.ActivityTerms(
        title=terms.title,
        activity_class=terms.activity_class,
        customers=[f"customers/{number}" for number in terms.customers],
        products=[
            pb.ActivityProduct(code=product.code, display_name=product.name) for product in terms.products
        ],
        start_date=date_to_message(terms.start_date) if terms.start_date else None,
        end_date=date_to_message(terms.end_date) if terms.end_date else None,
        city=terms.city,
        address=terms.address,
        expected_result=terms.expected_result,
        promo_items=[promo_item_to_message(item) for item in terms.promo_items],
        lines=[
            pb.BudgetLine(
                id=line.id,
                expense_type=line.expense_type,
                month=line.month,
                amount=money_to_message(line.amount),
                note=line.note,
            )
            for line in terms.lines
        ],
    )


def promo_item_to_message(item: PromoItem) -> pb.PromoItem:
    return pb.PromoItem(display_name=item.name, quantity=item.quantity, unit=item.unit)


def terms_from_message(message: pb.ActivityTerms) -> Terms:
    """Raises what dates and amounts raise, about the field at fault, all of them at once."""
    faults, start, end, lines = Faults(), None, None, []
    with faults.within(f"{FIELD}.start_date"):
        start = date_from_message(message.start_date) if message.HasField("start_date") else None
    with faults.within(f"{FIELD}.end_date"):
        end = date_from_message(message.end_date) if message.HasField("end_date") else None
    for index, line in enumerate(message.lines):
        with faults.within(f"{FIELD}.lines[{index}].amount"):
            lines.append(
                BudgetLine(
                    id=line.id,
                    expense_type=line.expense_type,
                    month=line.month,
                    amount=money_from_message(line.amount),
                    note=line.note,
                )
            )
    faults.refuse()
    return Terms(
        title=message.title,
        activity_class=message.activity_class,
        customers=tuple(id_in(name, "customers", f"{FIELD}.customers") for name in message.customers),
        products=tuple(Product(product.code, product.display_name) for product in message.products),
        start_date=start,
        end_date=end,
        city=message.city,
        address=message.address,
        expected_result=message.expected_result,
        promo_items=tuple(
            PromoItem(item.display_name, item.quantity, item.unit) for item in message.promo_items
        ),
        lines=tuple(lines),
    )
