"""Documents of a process without code, from draft to decision, as people and the workflow move them."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from chassis.files.sheets import SheetFormat, read_sheets
from services.approval.domain.cases.case import Case
from services.approval.mapping import events
from tests.builders.approval_desk import Desk, request_id
from tests.builders.approval_house import House
from tests.builders.documents import creating, draft, edit, get, publish, submit
from tests.builders.forms import FORM, POLICY
from tests.builders.refusals import refused
from zhupi.approval.v1 import document_pb2 as pb
from zhupi.approval.v1.document_pb2 import Document
from zhupi.approval.v1.events_pb2 import CaseFact, CaseRequested
from zhupi.common.v1.timeline_pb2 import ListTimelineRequest

PDF = b"%PDF-1.7\n" + bytes(100)


async def told(house: House, kind: str) -> list[Any]:
    """The messages of this kind that wait in the outbox, oldest first."""
    rows = await house.rows(f"SELECT body FROM outbox WHERE subject LIKE '%{kind}' ORDER BY id")
    made = {"CaseRequested": CaseRequested, "CaseFact": CaseFact}[kind]
    return [made.FromString(bytes(row.body)) for row in rows]


async def in_approval(house: House, desk: Desk, **changes: Any) -> tuple[pb.Document, Case]:
    """A document that was submitted and whose case has begun."""
    document = await submit(desk, await draft(desk, **changes))
    case = await house.request((await told(house, "CaseRequested"))[-1])
    assert case is not None
    return document, case


def deciding(document: pb.Document, **more: Any) -> dict[str, Any]:
    return {"name": document.name, "request_id": str(uuid4()), **more}


async def test_a_draft_gets_a_number_a_title_and_an_amount(house: House) -> None:
    await publish(house)
    desk = await house.desk("wangfang")
    first = await draft(desk, seal="contract", contract_amount="12000.00")
    second = await draft(desk)
    assert first.name.startswith("documents/SU-20")
    assert [int(one.name.rpartition("-")[2]) for one in (first, second)] == [1, 2]
    assert (first.title, first.amount.units, first.state) == ("华中医院框架合同", 12000, Document.STATE_DRAFT)
    assert (first.form, first.organisation) == ("processes/seal-use/versions/1", "organisations/henan")
    assert first.process_title.zh == "用章申请"
    assert json.loads(first.values)["papers"] == [{"name": "框架合同", "pages": 12}]


async def test_a_draft_may_lack_something_and_is_not_submitted_until_it_is_there(house: House) -> None:
    await publish(house)
    desk = await house.desk("wangfang")
    document = await draft(desk, without=("copies",), taken_out=True)
    before = await house.dump()
    with refused("VALUES_NOT_VALID") as caught:
        await submit(desk, document)
    assert {(found.field, found.rule) for found in caught.value.violations} == {
        ("values.copies", "FIELD_REQUIRED"),
        ("values.keeper", "FIELD_REQUIRED"),
    }
    assert await house.dump() == before
    document = await edit(desk, document, copies=1, keeper="people/lihua")
    assert (await submit(desk, document)).state == Document.STATE_IN_APPROVAL


@pytest.mark.parametrize(
    ("values", "field", "reason"),
    [
        ("[]", "values", "VALUES_NOT_READABLE"),
        ('{"copies": 1, "copies": 2}', "values", "VALUES_NOT_READABLE"),
        ('{"copies": -1}', "values.copies", "VALUES_NOT_VALID"),
        ('{"colour": "red"}', "values.colour", "VALUES_NOT_VALID"),
    ],
)
async def test_what_does_not_fit_the_form_is_refused_and_changes_nothing(
    house: House, values: str, field: str, reason: str
) -> None:
    await publish(house)
    desk = await house.desk("wangfang")
    before = await house.dump()
    with refused(reason) as caught:
        request = pb.CreateDocumentRequest(request_id=request_id(), process="seal-use", values=values)
        await desk.documents.CreateDocument(request)
    assert [found.field for found in caught.value.violations] == [field]
    assert await house.dump() == before


async def test_a_process_that_there_is_not_has_no_documents(house: House) -> None:
    desk = await house.desk("wangfang")
    with refused("NOT_FOUND"):
        await desk.documents.CreateDocument(creating({}, "nothing"))
    with refused("NOT_FOUND"):  # its documents belong to another service
        await desk.documents.CreateDocument(creating({}, "expense-claim"))


async def test_submitting_asks_for_a_case_as_any_owner_of_documents_does(house: House) -> None:
    await publish(house)
    desk = await house.desk("wangfang")
    document = await draft(desk, seal="contract", contract_amount="250000.00")
    preview = await desk.documents.PreviewDocumentRoute(pb.PreviewDocumentRouteRequest(name=document.name))
    assert [route.stage for route in preview.routes] == ["business", "sealing"]
    document = await submit(desk, document)
    (request,) = await told(house, "CaseRequested")
    assert (request.process, request.document, request.document_version) == ("seal-use", document.name, 1)
    assert request.policy == preview.policy == "policies/seal-use/versions/1"
    assert request.facts["seal"].text == "contract"
    assert request.facts["amount"].money.units == 250000
    assert request.snapshot["values"]["papers"][0]["name"] == "框架合同"
    events.start_case(request)  # it reads as well as any other


async def test_a_document_that_nobody_could_decide_is_not_submitted(house: House) -> None:
    await publish(
        house, policy=POLICY.replace("- manager: 1\n        on_empty: administrator", "- manager: 9")
    )
    desk = await house.desk("wangfang")
    document = await draft(desk)
    with refused("NOBODY_TO_APPROVE"):
        await submit(desk, document)
    assert (await get(desk, document)).state == Document.STATE_DRAFT
    assert not await told(house, "CaseRequested")


async def test_a_submission_repeated_under_its_request_id_is_made_once(house: House) -> None:
    await publish(house)
    desk = await house.desk("wangfang")
    document = await draft(desk)
    request = pb.SubmitDocumentRequest(name=document.name, request_id=request_id(), etag=document.etag)
    first, second = [await desk.documents.SubmitDocument(request) for _ in range(2)]
    assert first == second
    assert len(await told(house, "CaseRequested")) == 1


async def test_the_work_item_stands_in_the_inbox_like_any_other(house: House) -> None:
    await publish(house)
    desk, manager = await house.desk("wangfang"), await house.desk("lihua")
    document, case = await in_approval(house, desk)
    await house.open_step(case, "business", "line-manager")
    (item,) = await manager.inbox()
    assert (item.document, item.title, item.process_title.zh) == (document.name, document.title, "用章申请")
    assert (await get(manager, document)).values == document.values


async def test_a_case_keeps_its_form_and_its_stages_whatever_is_published_meanwhile(house: House) -> None:
    await publish(house)
    desk, worker = await house.desk("wangfang"), await house.service()
    document, case = await in_approval(house, desk)
    await publish(
        house, FORM.replace('"maximum": 999', '"maximum": 1'), POLICY.replace("  sealing:", "  guarding:")
    )
    stages = await worker.document_cases.GetStages(pb.GetStagesRequest(case=str(case.name), round=1))
    assert list(stages.stages) == ["business", "sealing"]
    with refused("NOT_FOUND"):
        await worker.document_cases.GetStages(pb.GetStagesRequest(case=str(case.name), round=2))
    returned = await worker.document_cases.ReturnDocument(
        pb.ReturnDocumentRequest(**deciding(document, reason="缺页"))
    )
    assert (returned.state, returned.reason) == (Document.STATE_DRAFT, "缺页")
    again = await submit(desk, await edit(desk, returned, copies=3))
    assert again.form == "processes/seal-use/versions/1"
    (news,) = await told(house, "CaseFact")
    assert (news.name, news.document_version, again.version) == ("resubmitted", 2, 2)
    assert news.policy == "policies/seal-use/versions/1"
    stages = await worker.document_cases.GetStages(pb.GetStagesRequest(case=str(case.name), round=2))
    assert list(stages.stages) == ["business", "sealing"]


async def test_a_decision_is_made_once_for_ever_and_on_the_version_that_was_seen(house: House) -> None:
    await publish(house)
    desk, worker = await house.desk("wangfang"), await house.service()
    document, _ = await in_approval(house, desk)
    with refused("DOCUMENT_CHANGED") as caught:
        await worker.document_cases.ApproveDocument(
            pb.ApproveDocumentRequest(**deciding(document, version=7))
        )
    assert caught.value.values["current"] == "1"
    request = pb.ApproveDocumentRequest(**deciding(document, version=1))
    assert (await worker.document_cases.ApproveDocument(request)).state == Document.STATE_APPROVED
    async with house.parts.database.engine.begin() as connection:
        await connection.exec_driver_sql("DELETE FROM requests")  # years later
    assert (await worker.document_cases.ApproveDocument(request)).state == Document.STATE_APPROVED
    with refused("ILLEGAL_TRANSITION"):
        await worker.document_cases.RejectDocument(pb.RejectDocumentRequest(**deciding(document)))


async def test_what_was_decided_may_be_reopened_and_rejected(house: House) -> None:
    await publish(house)
    desk, worker = await house.desk("wangfang"), await house.service()
    document, _ = await in_approval(house, desk)
    await worker.document_cases.ApproveDocument(pb.ApproveDocumentRequest(**deciding(document, version=1)))
    reopened = await worker.document_cases.ReopenDocument(
        pb.ReopenDocumentRequest(**deciding(document, version=1, reason="章盖错了"))
    )
    assert reopened.state == Document.STATE_IN_APPROVAL
    rejected = await worker.document_cases.RejectDocument(
        pb.RejectDocumentRequest(**deciding(document, reason="作废"))
    )
    assert (rejected.state, rejected.reason) == (Document.STATE_REJECTED, "作废")


async def test_a_withdrawn_document_is_a_draft_that_begins_a_new_case_by_what_is_in_force(
    house: House,
) -> None:
    await publish(house)
    desk, worker = await house.desk("wangfang"), await house.service()
    document, _ = await in_approval(house, desk)
    back = await worker.document_cases.WithdrawDocument(pb.WithdrawDocumentRequest(**deciding(document)))
    await publish(house, FORM.replace("用章事由", "用印事由"))
    assert (await submit(desk, back)).form == "processes/seal-use/versions/2"
    assert len(await told(house, "CaseRequested")) == 2


async def test_nobody_but_the_workflow_moves_a_document(house: House) -> None:
    await publish(house)
    desk, other = await house.desk("wangfang", "administrator"), await house.service("expense")
    document, case = await in_approval(house, await house.desk("wangfang"))
    for caller in (desk, other):
        with refused("NOT_PERMITTED"):
            await caller.document_cases.ApproveDocument(
                pb.ApproveDocumentRequest(**deciding(document, version=1))
            )
        with refused("NOT_PERMITTED"):
            await caller.document_cases.GetStages(pb.GetStagesRequest(case=str(case.name), round=1))


async def test_a_document_is_seen_by_its_requester_who_takes_part_who_is_responsible_and_who_runs_the_house(
    house: House,
) -> None:
    await publish(house)
    desk = await house.desk("wangfang")
    quiet = await draft(desk)
    document, case = await in_approval(house, desk)
    await house.open_step(case, "business", "line-manager")

    async def seen(desk: Desk) -> set[str]:
        listed = await desk.documents.ListDocuments(pb.ListDocumentsRequest(process="seal-use"))
        return {one.name for one in listed.documents}

    assert await seen(desk) == {quiet.name, document.name}
    assert await seen(await house.desk("lihua")) == {document.name}  # a candidate
    assert await seen(await house.desk("zhaoqiang")) == {document.name}  # heads the region
    assert await seen(await house.desk("root", "operator")) == {quiet.name, document.name}
    assert await seen(await house.desk("sunli")) == set()
    with refused("NOT_FOUND"):
        await get(await house.desk("sunli"), document)
    with refused("NOT_FOUND"):
        await get(await house.desk("lihua"), quiet)


async def test_only_the_requester_edits_submits_and_deletes(house: House) -> None:
    await publish(house)
    desk, operator = await house.desk("wangfang"), await house.desk("root", "operator")
    document = await draft(desk)
    for act in (edit(operator, document, copies=9), submit(operator, document)):
        with refused("NOT_YOURS"):
            await act
    with refused("ETAG_MISMATCH"):
        await desk.documents.DeleteDocument(
            pb.DeleteDocumentRequest(name=document.name, request_id=request_id(), etag="9")
        )
    deleted = await desk.documents.DeleteDocument(
        pb.DeleteDocumentRequest(name=document.name, request_id=request_id(), etag=document.etag)
    )
    assert deleted.state == Document.STATE_DELETED
    assert not (await desk.documents.ListDocuments(pb.ListDocumentsRequest())).documents


async def test_a_returned_document_is_not_deleted_while_its_case_waits(house: House) -> None:
    await publish(house)
    desk, worker = await house.desk("wangfang"), await house.service()
    document, _ = await in_approval(house, desk)
    back = await worker.document_cases.ReturnDocument(pb.ReturnDocumentRequest(**deciding(document)))
    with refused("DOCUMENT_HAS_CASE"):
        await desk.documents.DeleteDocument(
            pb.DeleteDocumentRequest(name=back.name, request_id=request_id(), etag=back.etag)
        )


async def test_documents_are_found_by_what_they_are_and_say(house: House) -> None:
    await publish(house)
    desk = await house.desk("wangfang")
    first, second = await draft(desk), await draft(desk, purpose="年度报告 100%")
    third = await submit(desk, await draft(desk))

    async def found(**asked: Any) -> list[str]:
        listed = await desk.documents.ListDocuments(pb.ListDocumentsRequest(**asked))
        return [one.name for one in listed.documents]

    assert await found() == [third.name, second.name, first.name]
    assert await found(query="100%") == [second.name]
    assert await found(query=first.name[-6:]) == [first.name]
    assert await found(state=Document.STATE_IN_APPROVAL) == [third.name]
    assert await found(requester="people/lihua") == []
    assert await found(organisation="organisations/hq") == []
    assert await found(process="nothing") == []
    page = await desk.documents.ListDocuments(pb.ListDocumentsRequest(page_size=2))
    assert [one.name for one in page.documents] == [third.name, second.name]
    rest = await desk.documents.ListDocuments(
        pb.ListDocumentsRequest(page_size=2, page_token=page.next_page_token)
    )
    assert [one.name for one in rest.documents] == [first.name]


async def test_a_list_is_exported_with_a_column_for_each_field(house: House) -> None:
    await publish(house)
    desk = await house.desk("wangfang")
    await draft(desk, taken_out=True, keeper="people/lihua", purpose="=1+1 合同")
    call = desk.documents.ExportDocuments(pb.ExportDocumentsRequest(process="seal-use"))
    content = b"".join([chunk.content async for chunk in call])
    (sheet,) = await read_sheets(content, SheetFormat.XLSX)
    row = dict(zip(sheet.rows[0], sheet.rows[1], strict=True))
    assert row["用章事由 Purpose"] == "=1+1 合同"
    assert row["印章 Seal"] == "公章"
    assert row["外带用章 Taken out of the house"] == "是"
    assert row["外带保管人 Who keeps it outside"] == "李华 (lihua)"
    assert row["用印文件 Papers"] == "文件名称 框架合同，页数 12"
    assert row["状态 State"] == "草稿"
    with refused("NOT_FOUND"):
        [_ async for _ in desk.documents.ExportDocuments(pb.ExportDocumentsRequest(process="nothing"))]


async def test_a_draft_keeps_its_form_until_it_is_touched_and_a_submission_for_ever(house: House) -> None:
    await publish(house)
    desk = await house.desk("wangfang")
    old, submitted = await draft(desk), await submit(desk, await draft(desk))
    await publish(house, FORM.replace('"maximum": 999', '"maximum": 1'))
    assert (await get(desk, old)).form == "processes/seal-use/versions/1"
    with refused("VALUES_NOT_VALID"):
        await submit(desk, old)
    assert (await edit(desk, old, copies=1)).form == "processes/seal-use/versions/2"
    assert (await get(desk, submitted)).form == "processes/seal-use/versions/1"


async def test_files_belong_to_documents_of_ours_like_to_any_other(house: House) -> None:
    await publish(house)
    desk, stranger = await house.desk("wangfang"), await house.desk("sunli")
    document = await draft(desk)
    uploaded = await desk.upload(PDF, document=document.name)
    assert uploaded.document == document.name
    for caller, name in ((stranger, document.name), (desk, "documents/SU-2026-999999")):
        with refused("NOT_FOUND") as caught:
            await caller.upload(PDF, document=name)
        assert caught.value.violations[0].field == "header.document"


async def test_all_that_happened_is_in_the_timeline_for_those_who_see_the_document(house: House) -> None:
    await publish(house)
    desk, worker = await house.desk("wangfang"), await house.service()
    document, _ = await in_approval(house, desk)
    await worker.document_cases.RejectDocument(pb.RejectDocumentRequest(**deciding(document, reason="不符")))
    listed = await desk.timelines.ListTimeline(ListTimelineRequest(document=document.name))
    assert [entry.kind for entry in listed.entries] == [
        "DocumentCreated",
        "DocumentSubmitted",
        "DocumentRejected",
    ]
    assert listed.entries[1].details["values"]["copies"] == 2
    assert listed.entries[2].sentence.zh == "拒绝：不符"
    with refused("NOT_FOUND"):
        await (await house.desk("sunli")).timelines.ListTimeline(ListTimelineRequest(document=document.name))
