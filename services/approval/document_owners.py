"""The services that own documents, asked whether one is there for whoever asks, and whether a form may name what it names.

Every service with documents offers their timelines, and who may see a document may see its timeline: that is all that
has to be known of an owner before files are taken in. Whoever owns what forms refer to also offers ReferenceService.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import grpc

from chassis.rpc.client import UnknownPeer
from kernel.errors import Code, NotFound, Refusal, Unavailable, Violation
from kernel.text import Text
from services.approval.domain.attachments import NotADocument
from services.approval.domain.forms.filling_in import Reference, Values
from services.approval.domain.forms.json_text import written
from services.approval.use_cases.ports.documents import Checked
from zhupi.common.v1.reference_pb2 import CheckReferencesRequest
from zhupi.common.v1.reference_pb2_grpc import ReferenceServiceStub
from zhupi.common.v1.timeline_pb2 import ListTimelineRequest
from zhupi.common.v1.timeline_pb2_grpc import TimelineServiceStub

FIELD = "header.document"


class Owners:
    """`owners` says which component owns which collection; `connect` opens a channel to one."""

    def __init__(self, owners: Mapping[str, str], connect: Callable[[str], grpc.aio.Channel]) -> None:
        self.owners = owners
        self._connect = connect
        self._channels: dict[str, grpc.aio.Channel] = {}

    async def close(self) -> None:
        for channel in self._channels.values():
            await channel.close()

    def channel_to(self, owner: str) -> grpc.aio.Channel:
        """Raises Unavailable."""
        try:
            return self._channels.setdefault(owner, self._channels.get(owner) or self._connect(owner))
        except UnknownPeer as error:
            raise Unavailable(what=owner) from error


class DocumentOwners(Owners):
    async def must_be_there(self, document: str) -> None:
        """On behalf of the caller. Raises NotADocument, NotFound, Unavailable."""
        collection, _, id = document.partition("/")
        owner = self.owners.get(collection)
        if owner is None or not id:
            raise NotADocument(field=FIELD, document=document)
        timelines = TimelineServiceStub(self.channel_to(owner))
        try:
            await timelines.ListTimeline(ListTimelineRequest(document=document, page_size=1))
        except Refusal as refusal:
            if refusal.code in (Code.NOT_FOUND, Code.INVALID_ARGUMENT):
                raise NotFound(field=FIELD, name=document) from refusal
            raise


class ReferenceOwners(Owners):
    @property
    def collections(self) -> frozenset[str]:
        return frozenset(self.owners)

    async def checked(self, process: str, values: Values, named: Sequence[Reference]) -> Checked:
        """On behalf of the caller; each owner is asked once. Raises Unavailable."""
        faults: list[Violation] = []
        called: list[str] = []
        for owner in sorted({self.owners[one.collection] for one in named}):
            theirs = [one for one in named if self.owners[one.collection] == owner]
            request = CheckReferencesRequest(
                process=process,
                values=written(dict(values)),
                references=[
                    CheckReferencesRequest.Reference(field=one.path, name=one.name) for one in theirs
                ],
            )
            answer = await ReferenceServiceStub(self.channel_to(owner)).CheckReferences(request)
            faults += [
                Violation(said.field, said.rule, Text(said.text.zh, said.text.en))
                for said in answer.violations
            ]
            called += [one.display_name for one in answer.called]
        return Checked(tuple(faults), tuple(called))
