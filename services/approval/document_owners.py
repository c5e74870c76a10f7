"""The services that own documents, asked whether one is there for whoever asks.

Every service with documents offers their timelines, and who may see a document may see its timeline: that is all that
has to be known of an owner here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import grpc

from chassis.rpc.client import UnknownPeer
from kernel.errors import Code, NotFound, Refusal, Unavailable
from services.approval.domain.attachments import NotADocument
from zhupi.common.v1.timeline_pb2 import ListTimelineRequest
from zhupi.common.v1.timeline_pb2_grpc import TimelineServiceStub

FIELD = "header.document"


class DocumentOwners:
    """`owners` says which component owns which collection; `connect` opens a channel to one."""

    def __init__(self, owners: Mapping[str, str], connect: Callable[[str], grpc.aio.Channel]) -> None:
        self._owners = owners
        self._connect = connect
        self._channels: dict[str, grpc.aio.Channel] = {}

    async def must_be_there(self, document: str) -> None:
        """On behalf of the caller. Raises NotADocument, NotFound, Unavailable."""
        collection, _, id = document.partition("/")
        owner = self._owners.get(collection)
        if owner is None or not id:
            raise NotADocument(field=FIELD, document=document)
        timelines = TimelineServiceStub(self._channel(owner))
        try:
            await timelines.ListTimeline(ListTimelineRequest(document=document, page_size=1))
        except Refusal as refusal:
            if refusal.code in (Code.NOT_FOUND, Code.INVALID_ARGUMENT):
                raise NotFound(field=FIELD, name=document) from refusal
            raise

    async def close(self) -> None:
        for channel in self._channels.values():
            await channel.close()

    def _channel(self, owner: str) -> grpc.aio.Channel:
        try:
            return self._channels.setdefault(owner, self._channels.get(owner) or self._connect(owner))
        except UnknownPeer as error:
            raise Unavailable(what=owner) from error
