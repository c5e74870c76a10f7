"""A running installation with the small group in it: who asks, who is asked, and what all of them see, by public RPC."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import grpc

from chassis.files.sheets import SheetFormat
from chassis.rpc.client import person_channel
from chassis.security.local_issuer import person_token
from cli.commands.directory import parts
from services.approval.directory_sheets import write_directory
from tests.builders.approval_desk import Desk, request_id
from tests.builders.group import claims
from tests.builders.group.asked import Asked
from tests.builders.group.people import ADMINISTRATOR, FINANCE, REQUESTER, ROLES, the_group
from tests.builders.group.policies import Step
from tests.builders.group.waiting import until
from tests.builders.installation import Installation
from zhupi.approval.v1 import case_pb2, policy_pb2
from zhupi.common.v1.sheet_pb2 import SHEET_FORMAT_CSV, ImportHeader


@dataclass(slots=True)
class Group:
    """Who sits at which desk, in one test."""

    installation: Installation
    open: AsyncExitStack
    channels: dict[tuple[str, str], grpc.aio.Channel] = field(default_factory=dict)

    async def channel(self, login: str, component: str = "approval") -> grpc.aio.Channel:
        """A channel with the person's token; their roles are those of their posts."""
        key = (login, component)
        if key not in self.channels:
            token = person_token(self.installation.home, login, ROLES.get(login, ()), device="test")
            opened = person_channel(
                self.installation.addresses[component], token, peer=component, timeout=30.0
            )
            self.channels[key] = await self.open.enter_async_context(opened)
        return self.channels[key]

    async def desk(self, login: str) -> Desk:
        return Desk(await self.channel(login))

    async def publish(self, yaml: str) -> policy_pb2.Policy:
        administrator = await self.desk(ADMINISTRATOR)
        asked = policy_pb2.PublishPolicyRequest(request_id=request_id(), yaml=yaml)
        return await administrator.policies.PublishPolicy(asked)

    async def under(self, *steps: Step, by: str = REQUESTER, amount: int = 100, **settings: Any) -> Asked:
        """A case that `by` asks for, under a policy of these steps; `settings` are the stage's or the policy's."""
        await self.publish(claims.policy_of(*steps, **settings))
        return await self.once_more(by=by, amount=amount)

    async def once_more(self, by: str = REQUESTER, amount: int = 100) -> Asked:
        """One more case under the policy that was published last."""
        document = await claims.submit(await self.channel(by, "expense"), amount)
        requester = await self.desk(by)

        async def case() -> case_pb2.Case | None:
            listed = case_pb2.ListCasesRequest(document=document)
            found = (await requester.cases.ListCases(listed)).cases
            return found[0] if found else None

        found = await until(case, f"a case about {document}")
        return Asked(self, found.name, document, by)


@asynccontextmanager
async def at_work(installation: Installation) -> AsyncIterator[Group]:
    async with AsyncExitStack() as open_:
        yield Group(installation, open_)


async def move_in(group: Group) -> None:
    """Bring the directory and what may be claimed, once for an installation."""
    administrator = await group.desk(ADMINISTRATOR)
    header = ImportHeader(request_id=str(uuid4()), format=SHEET_FORMAT_CSV)
    sheets = write_directory(the_group(), SheetFormat.CSV)
    report = await administrator.directory.ImportDirectory(parts(header, sheets))
    assert report.applied, report
    await claims.bring_money(await group.channel(FINANCE, "expense"), "henan", "hq")
