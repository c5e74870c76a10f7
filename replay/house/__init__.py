"""What a log needs before its cases can be walked: people, an expense type, a budget and a policy.

Brought in through the RPCs of administrators and finance, and only what is missing: a second time changes nothing, and
what others have brought in stays as it is.
"""

from __future__ import annotations

from decimal import Decimal

from cli.session import Session
from kernel.text import Text
from replay.house.directory import bring_people
from replay.house.money import bring_budget, bring_expense_type
from replay.house.policy import bring_policy
from replay.mapping import Mapping


async def bring_in(session: Session, mapping: Mapping, month: str, needed: Decimal) -> list[Text]:
    """`needed` is how much, in yuan, must be free in the budget of the month. What was brought in, a text a part."""
    done = (
        (await bring_people(session, mapping), Text("人员与岗位", "people and posts")),
        (await bring_expense_type(session, mapping), Text("费用类型", "the expense type")),
        (await bring_budget(session, mapping, month, needed), Text("预算", "the budget")),
        (await bring_policy(session, mapping), Text("审批策略", "the policy")),
    )
    return [text for changed, text in done if changed]
