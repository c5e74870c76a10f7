"""A story whose document is decided in a case: who is next, sending it back, approving. What the document is, each story says."""

from __future__ import annotations

from abc import ABC, abstractmethod
from uuid import uuid4

from cli.claim_view import latest_case
from cli.session import Session
from cli.work_item_view import INBOX, open_items
from demo.acting import Actors
from demo.group import CLAIMANT, Group
from demo.telling import Teller
from demo.waiting import arrival, until
from kernel.text import Text
from reading.names import bare
from zhupi.approval.v1 import work_item_pb2 as items
from zhupi.approval.v1.work_item_pb2 import WorkItem
from zhupi.approval.v1.work_item_pb2_grpc import WorkItemServiceStub


class CaseStory(ABC):
    """Told step by step; everybody in it acts through their own RPCs."""

    def __init__(self, actors: Actors, group: Group, teller: Teller) -> None:
        self.actors = actors
        self.group = group
        self.teller = teller
        self.out = teller.out

    @property
    @abstractmethod
    def name(self) -> str:
        """The document's: `claims/EC-2026-000001`."""

    @property
    @abstractmethod
    def has_ended(self) -> bool:
        """Whether there is nothing left to decide, as the document was last seen."""

    @abstractmethod
    async def look_again(self) -> None:
        """Sees the document as it stands now."""

    @property
    def number(self) -> str:
        return bare(self.name)

    async def requester(self) -> Session:
        return await self.actors.session(CLAIMANT)

    def called(self, login: str) -> str:
        person = self.group.by_login.get(login)
        return f"{person.name} ({login})" if person else login

    async def send_back(self, comment: Text) -> None:
        """Whoever is next returns it to the requester."""
        login = await self.next_approver()
        session, who = await self.actors.session(login), self.called(login)
        self.teller.step(
            f"到达 {who} 的待办；退回补充", f"It arrives in the inbox of {who}, who sends it back"
        )
        self.teller.command(f"inbox --as {login} --watch")
        item = await arrival(session, self.name)
        self.out.table([item], INBOX, kind=WorkItem)
        self.say_why(item)
        said = comment.in_language(self.out.language)
        self.teller.command(f'return {self.number} --as {login} --comment "{said}"')
        await session.stub(WorkItemServiceStub).ReturnWorkItem(
            items.ReturnWorkItemRequest(
                name=item.name,
                request_id=str(uuid4()),
                etag=item.etag,
                document_version=item.document_version,
                comment=said,
            )
        )

    async def decide_next(self) -> None:
        """Whoever is next approves, or, where nobody is, the document has come to its end."""
        login = await self.next_approver()
        if not login:
            return
        session = await self.actors.session(login)
        item = await arrival(session, self.name)
        who, step = self.called(login), item.step_title
        self.teller.step(f"{step.zh}：{who} 同意", f"{step.en}: {who} approves")
        self.say_why(item)
        item = await self.before_approval(item, session, login)
        self.teller.command(f"approve {self.number} --as {login}")
        await session.stub(WorkItemServiceStub).ApproveWorkItem(
            items.ApproveWorkItemRequest(
                name=item.name,
                request_id=str(uuid4()),
                etag=item.etag,
                document_version=item.document_version,
            )
        )
        await until(lambda: self.no_longer_open(item), f"{item.name} → DONE")

    async def before_approval(self, item: WorkItem, session: Session, login: str) -> WorkItem:
        """What else this approver does; the work item as it is afterwards."""
        return item

    def say_why(self, item: WorkItem) -> None:
        self.teller.aside(f"为何由其处理：{item.why.zh}", f"Why it came here: {item.why.en}")

    async def next_approver(self) -> str:
        """The login of somebody who can decide next; empty once the document has come to its end."""

        async def look() -> str | None:
            await self.look_again()
            if self.has_ended:
                return ""
            case = await latest_case(await self.requester(), self.name)
            open_ = open_items(case) if case else []
            return bare(open_[0].assignee or open_[0].candidates[0]) if open_ else None

        return await until(look, self.number)

    async def no_longer_open(self, item: WorkItem) -> bool | None:
        case = await latest_case(await self.requester(), self.name)
        return item.name not in {one.name for one in open_items(case)} or None if case else None
