"""The sandbox's faults as messages and back."""

from __future__ import annotations

from datetime import timedelta

from google.protobuf.duration_pb2 import Duration

from services.erp.sandbox.faults import Faults
from zhupi.erp.v1 import erp_pb2 as pb


def faults_from_message(message: pb.Faults) -> Faults:
    return Faults(
        delay=message.delay.ToTimedelta(),
        unavailable=message.unavailable,
        refuse_reason=message.refuse_reason,
        lose_answers=message.lose_answers,
        never_settle=message.never_settle,
        only_next=message.only_next,
        only_document=message.only_document,
    )


def faults_to_message(faults: Faults) -> pb.Faults:
    return pb.Faults(
        delay=_duration(faults.delay),
        unavailable=faults.unavailable,
        refuse_reason=faults.refuse_reason,
        lose_answers=faults.lose_answers,
        never_settle=faults.never_settle,
        only_next=faults.only_next,
        only_document=faults.only_document,
    )


def _duration(delta: timedelta) -> Duration | None:
    if not delta:
        return None
    duration = Duration()
    duration.FromTimedelta(delta)
    return duration
