"""The story of a seal that is used: a process of two files, drawn up, sent back once, approved. Everybody acts through their own RPCs."""

from __future__ import annotations

import json
from typing import Any, Final
from uuid import uuid4

from cli.commands.timeline import merged
from cli.document_view import LIST, get_document, show_document
from cli.route_view import show_routes
from cli.timeline_view import tell_entries
from cli.values import today
from demo.acting import Actors
from demo.case_story import CaseStory
from demo.group import ADMINISTRATOR, CLAIMANT, Group
from demo.load import SEAL_USE
from demo.telling import Teller
from demo.waiting import until
from kernel.text import Text
from zhupi.approval.v1 import document_pb2 as pb
from zhupi.approval.v1.document_pb2 import Document
from zhupi.approval.v1.document_pb2_grpc import DocumentServiceStub

TOO_MANY: Final = Text("医院只要一份", "The hospital wants one copy only")
ENDED: Final = frozenset({Document.STATE_APPROVED, Document.STATE_REJECTED})
FOLDER: Final = f"services/approval/policy_files/{SEAL_USE}"


def filled_in(**changes: Any) -> str:
    """What the form asks for."""
    values = {
        "purpose": "西安城南医院年度框架合同",
        "seal": "contract",
        "copies": 2,
        "use_date": today().isoformat(),
        "contract_amount": "86000.00",
        "papers": [{"name": "年度框架合同", "pages": 12}],
    }
    return json.dumps({**values, **changes}, ensure_ascii=False)


class SealStory(CaseStory):
    """`document` is the document as it stands."""

    def __init__(self, actors: Actors, group: Group, teller: Teller) -> None:
        super().__init__(actors, group, teller)
        self.document = Document()

    async def tell(self) -> None:
        await self.draw_up()
        await self.submit()
        await self.send_back(TOO_MANY)
        await self.mend()
        while not self.has_ended:
            await self.decide_next()
        await self.look_back()

    @property
    def name(self) -> str:
        return self.document.name

    @property
    def has_ended(self) -> bool:
        return self.document.state in ENDED

    async def look_again(self) -> None:
        self.document = await get_document(await self.requester(), self.document.name)

    async def draw_up(self) -> None:
        who = self.called(CLAIMANT)
        self.teller.step(
            f"{who} 填写用章申请：流程只有表单和策略两个文件，没有代码",
            f"{who} asks for a seal: the process is a form and a policy, two files and no code",
        )
        self.teller.command(f"process publish {FOLDER} --as {ADMINISTRATOR}")
        self.teller.command(
            f"document new {SEAL_USE} --as {CLAIMANT} --set seal=合同专用章 --set copies=2 --set …"
        )
        documents = (await self.requester()).stub(DocumentServiceStub)
        self.document = await documents.CreateDocument(
            pb.CreateDocumentRequest(request_id=str(uuid4()), process=SEAL_USE, values=filled_in())
        )
        await show_document(await self.requester(), self.document, self.out)
        self.teller.aside("如果现在提交，会由这些人审批：", "Who would decide it if it were submitted now:")
        self.teller.command(f"document route {self.number} --as {CLAIMANT}")
        preview = await documents.PreviewDocumentRoute(
            pb.PreviewDocumentRouteRequest(name=self.document.name)
        )
        show_routes(self.out, preview.routes)

    async def submit(self) -> None:
        self.teller.step("提交审批", "It is submitted")
        self.teller.command(f"document submit {self.number} --as {CLAIMANT}")
        await self._submit()

    async def _submit(self) -> None:
        request = pb.SubmitDocumentRequest(
            name=self.document.name, request_id=str(uuid4()), etag=self.document.etag
        )
        self.document = await (await self.requester()).stub(DocumentServiceStub).SubmitDocument(request)

    async def mend(self) -> None:
        self.document = await until(self.returned, f"{self.number} → DRAFT")
        who = self.called(CLAIMANT)
        self.teller.step(f"{who} 修改后再次提交", f"{who} mends it and submits it again")
        self.teller.aside(f"退回原因：{self.document.reason}", f"The reason: {self.document.reason}")
        self.teller.command(f"document edit {self.number} --as {CLAIMANT} --set copies=1")
        request = pb.UpdateDocumentRequest(
            name=self.document.name,
            request_id=str(uuid4()),
            etag=self.document.etag,
            values=filled_in(copies=1),
        )
        self.document = await (await self.requester()).stub(DocumentServiceStub).UpdateDocument(request)
        self.teller.command(f"document submit {self.number} --as {CLAIMANT}")
        await self._submit()

    async def returned(self) -> Document | None:
        document = await get_document(await self.requester(), self.document.name)
        return document if document.state == Document.STATE_DRAFT else None

    async def look_back(self) -> None:
        self.teller.step("通过；全部经过", "Approved; all that happened")
        self.teller.command(f"document list --process {SEAL_USE} --as {CLAIMANT}")
        self.out.table([self.document], LIST, kind=Document)
        self.teller.command(f"timeline {self.number} --as {CLAIMANT}")
        requester = await self.requester()
        await tell_entries(requester, await merged(requester, self.document.name), self.out)
        self.teller.command(f"document export {SEAL_USE} seals.xlsx --as {ADMINISTRATOR}")
