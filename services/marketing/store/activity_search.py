"""Which activities a list shows, as conditions on their rows."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, or_, true

from chassis.cases.sight import Sight
from services.marketing.domain.life import ActivityState
from services.marketing.store.tables import ActivityRow
from services.marketing.use_cases.ports import ActivityQuery


def visible(sight: Sight) -> ColumnElement[bool]:
    """Lists are filtered here, in the database: a row that may not be seen never leaves it."""
    if sight.everything:
        return true()
    own = ActivityRow.requester == sight.person if sight.person else false()
    if not sight.organisations:
        return own
    return or_(own, ActivityRow.organisation.in_(sorted(sight.organisations)) & (ActivityRow.version > 0))


def conditions(query: ActivityQuery) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [_in_state(query)]
    if query.classes is not None:
        found.append(ActivityRow.activity_class.in_(sorted(query.classes)))
    if query.organisations is not None:
        found.append(ActivityRow.organisation.in_(sorted(query.organisations)))
    if query.requester:
        found.append(ActivityRow.requester == query.requester)
    if query.customer:
        found.append(ActivityRow.customers.contains([query.customer]))
    if query.product:
        found.append(ActivityRow.products.contains([query.product]))
    if query.last_day is not None:
        found.append(ActivityRow.start_date <= query.last_day)
    if query.first_day is not None:
        found.append(ActivityRow.last_day >= query.first_day)
    if query.overdue_on is not None:
        found += [
            ActivityRow.state == ActivityState.TO_CLOSE.value,
            ActivityRow.overdue_on <= query.overdue_on,
        ]
    if query.words:
        found.append(
            ActivityRow.title.icontains(query.words, autoescape=True)
            | ActivityRow.number.icontains(query.words, autoescape=True)
        )
    return found


def _in_state(query: ActivityQuery) -> ColumnElement[bool]:
    if query.state is not None:
        return ActivityRow.state == query.state.value
    if query.states is not None:
        return ActivityRow.state.in_(sorted(state.value for state in query.states))
    return ActivityRow.state != ActivityState.DELETED.value
