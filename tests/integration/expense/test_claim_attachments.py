"""A claim names files of its own, and no others."""

from __future__ import annotations

from functools import partial

import pytest

from services.expense.domain.lines import AttachmentNotOfClaim
from services.expense.use_cases import drafts
from tests.builders.expense import a_line
from tests.builders.expense_desk import Desk

RECEIPT, BILL, ELSEWHERE = (f"attachments/0190aaaa-0000-7000-8000-00000000000{n}" for n in range(3))


async def test_a_file_that_was_uploaded_for_the_claim_may_be_named_by_it(desk: Desk) -> None:
    claim = await desk.create()
    desk.files.by_document[claim.name] = frozenset({RECEIPT, BILL})
    assert (await desk.attach(claim, RECEIPT, BILL)).attachments == (RECEIPT, BILL)


async def test_a_file_that_is_not_there_or_of_another_document_is_refused_by_its_place(desk: Desk) -> None:
    claim, other = await desk.create(), await desk.create()
    desk.files.by_document = {claim.name: frozenset({RECEIPT}), other.name: frozenset({ELSEWHERE})}
    before = await desk.everything()
    with pytest.raises(AttachmentNotOfClaim) as refused:
        await desk.attach(claim, RECEIPT, ELSEWHERE, BILL)
    assert [violation.field for violation in refused.value.violations] == ["attachments[1]", "attachments[2]"]
    assert await desk.everything() == before


async def test_what_a_claim_named_before_it_may_keep_and_nobody_is_asked(desk: Desk) -> None:
    claim = await desk.create()
    desk.files.by_document[claim.name] = frozenset({RECEIPT})
    claim = await desk.attach(claim, RECEIPT)
    desk.files.by_document, desk.files.asked = {}, []
    assert (await desk.edit(claim, a_line(50))).attachments == (RECEIPT,)
    assert desk.files.asked == []


async def test_a_claim_that_has_no_number_yet_has_no_files(desk: Desk) -> None:
    use_case = partial(drafts.create_claim, directory=desk.directory)
    with pytest.raises(AttachmentNotOfClaim) as refused:
        await desk.do(use_case, drafts.CreateClaim("拜访客户", (a_line(),), (RECEIPT,)))
    assert refused.value.violations[0].field == "attachments[0]"
