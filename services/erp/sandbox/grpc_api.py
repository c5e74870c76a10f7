"""The sandbox's switches over gRPC."""

from __future__ import annotations

from typing import Any

from services.erp.grpc_api import permitted
from services.erp.sandbox import mapping
from services.erp.sandbox.erp import SandboxErp
from zhupi.erp.v1 import erp_pb2 as pb
from zhupi.erp.v1 import erp_pb2_grpc


class ErpSandboxServicer(erp_pb2_grpc.ErpSandboxServiceServicer):
    def __init__(self, sandbox: SandboxErp) -> None:
        self._sandbox = sandbox

    async def GetFaults(self, request: pb.GetFaultsRequest, context: Any) -> pb.Faults:
        permitted("GetFaults")
        return mapping.faults_to_message(await self._sandbox.faults())

    async def SetFaults(self, request: pb.SetFaultsRequest, context: Any) -> pb.Faults:
        actor = permitted("SetFaults")
        faults = mapping.faults_from_message(request.faults)
        return mapping.faults_to_message(await self._sandbox.switch(faults, actor))
