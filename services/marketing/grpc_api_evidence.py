"""Evidence over gRPC: decode, call, encode."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

from chassis.files.intake import LARGEST
from chassis.files.ports import Files
from chassis.files.uploads import once, receive
from chassis.postgres.paging import PageRequest
from chassis.rpc.servicer import Servicer, caller_request
from kernel.clock import Clock
from services.marketing import evidence_mapping as mapping
from services.marketing.domain.evidence import EvidenceTooLarge
from services.marketing.grpc_api import Context, Unit
from services.marketing.mapping import KINDS_BACK, number_in
from services.marketing.use_cases import evidence
from services.marketing.use_cases.ports import Cases, Directory
from zhupi.common.v1.sheet_pb2 import FileChunk
from zhupi.marketing.v1 import evidence_pb2 as pb
from zhupi.marketing.v1 import evidence_pb2_grpc


class EvidenceServicer(Servicer[Unit], evidence_pb2_grpc.EvidenceServiceServicer):
    def __init__(
        self,
        units: Callable[[], Unit],
        directory: Directory,
        cases: Cases,
        files: Files,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(units, clock)
        self._upload = partial(evidence.upload_evidence, directory=directory, files=files)
        self._delete = partial(evidence.delete_evidence, directory=directory)
        self._get = partial(evidence.get_evidence, directory=directory, cases=cases)
        self._list = partial(evidence.list_evidence, directory=directory, cases=cases)
        self._download = partial(evidence.download_evidence, directory=directory, cases=cases, files=files)

    async def UploadEvidence(
        self, request_iterator: AsyncIterator[pb.UploadEvidenceRequest], context: Context[pb.Evidence]
    ) -> pb.Evidence:
        header, content = await receive(request_iterator, LARGEST, too_large=EvidenceTooLarge)
        command = mapping.upload_from_message(header, content)
        with once(header, content):
            return await self.write(context, self._upload, command, mapping.evidence_to_message)

    async def GetEvidence(self, request: pb.GetEvidenceRequest, context: Context[pb.Evidence]) -> pb.Evidence:
        return await self.read(context, self._get, mapping.id_of(request.name), mapping.evidence_to_message)

    async def ListEvidence(
        self, request: pb.ListEvidenceRequest, context: Context[pb.ListEvidenceResponse]
    ) -> pb.ListEvidenceResponse:
        number, kind = number_in(request.activity, "activity"), KINDS_BACK.get(request.kind)
        command = evidence.ListEvidence(number, kind, PageRequest.of(request))
        return await self.read(context, self._list, command, mapping.page_to_message)

    async def DownloadEvidence(
        self, request: pb.DownloadEvidenceRequest, context: Any
    ) -> AsyncIterator[FileChunk]:
        id, caller = mapping.id_of(request.name), caller_request().caller
        found = await self._download(id, uow=self.units(), actor=caller, clock=self.clock)
        async for piece in found:
            yield FileChunk(content=piece)

    async def DeleteEvidence(
        self, request: pb.DeleteEvidenceRequest, context: Context[pb.Evidence]
    ) -> pb.Evidence:
        id = mapping.id_of(request.name)
        return await self.write(context, self._delete, id, mapping.evidence_to_message)
