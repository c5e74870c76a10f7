"""What forms may name, over gRPC: decode, call, encode."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial

from chassis.rpc.servicer import Servicer
from chassis.rpc.values import text_to_message
from kernel.clock import Clock
from kernel.errors import InvalidArgument
from services.customer.grpc_api_verbs import Context, Unit
from services.customer.use_cases import references
from services.customer.use_cases.ports import Directory
from zhupi.common.v1 import reference_pb2 as pb
from zhupi.common.v1 import reference_pb2_grpc


class ValuesNotReadable(InvalidArgument):
    zh = "填写内容应为一个 JSON 对象"
    en = "What was filled in must be a JSON object"


class ReferenceServicer(Servicer[Unit], reference_pb2_grpc.ReferenceServiceServicer):
    def __init__(self, units: Callable[[], Unit], directory: Directory, clock: Clock | None = None) -> None:
        super().__init__(units, clock)
        self._check = partial(references.check_references, directory=directory)

    async def CheckReferences(
        self, request: pb.CheckReferencesRequest, context: Context[pb.CheckReferencesResponse]
    ) -> pb.CheckReferencesResponse:
        named = tuple((one.field, one.name) for one in request.references)
        command = references.CheckReferences(request.process, values_of(request.values), named)
        return await self.read(context, self._check, command, _checked)


def values_of(text: str) -> Mapping[str, object]:
    """What was filled in. Raises ValuesNotReadable."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValuesNotReadable(field="values") from error
    if not isinstance(found, dict):
        raise ValuesNotReadable(field="values")
    return found


def _checked(checked: references.Checked) -> pb.CheckReferencesResponse:
    return pb.CheckReferencesResponse(
        violations=[
            pb.CheckReferencesResponse.Violation(
                field=fault.field, rule=fault.rule, text=text_to_message(fault.text)
            )
            for fault in checked.faults
        ],
        called=[
            pb.CheckReferencesResponse.Called(name=name, display_name=called)
            for name, called in checked.called.items()
        ],
    )
