"""Groups of a report as messages."""

from __future__ import annotations

from services.customer.use_cases.ports import Counted, ReportBy
from services.customer.view_mapping import report_to_message


def test_an_organisation_is_named_as_a_resource_so_that_readers_find_its_title() -> None:
    report = report_to_message(ReportBy.ORGANISATION, [Counted("henan", 3, 1)])

    assert [row.key for row in report.rows] == ["organisations/henan"]


def test_other_groups_and_the_one_that_is_not_known_keep_their_keys() -> None:
    report = report_to_message(ReportBy.PROVINCE, [Counted("河南省", 3, 1), Counted("", 1, 0)])

    assert [row.key for row in report.rows] == ["河南省", ""]
