"""What a handler raises becomes a status: refusals say what they are, anything else becomes an incident with a number."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import grpc
import structlog

from chassis.rpc.errors import RemoteRefusal, status_of, trailers_of
from chassis.rpc.interceptors import correlation
from chassis.rpc.interceptors.call import Call
from kernel.errors import Code, Refusal

log = structlog.get_logger(__name__)


class InternalError(Refusal):
    """Something is wrong here. The log has the rest under the incident's number."""

    code = Code.INTERNAL
    zh = "系统内部错误，请联系管理员并告知编号 {incident}"
    en = "Something went wrong here; tell the administrators incident {incident}"


@asynccontextmanager
async def answering_refusals(call: Call) -> AsyncIterator[None]:
    try:
        yield
    except asyncio.CancelledError:
        call.code = grpc.StatusCode.CANCELLED
        raise
    except grpc.aio.AbortError:
        call.code = grpc.StatusCode.UNKNOWN  # no handler of ours aborts by itself
        raise
    except Exception as error:
        await _refuse(call, error if _may_be_told(error) else _incident(error))


def _may_be_told(error: Exception) -> bool:
    # That another service did not trust *our* token is our fault; passed on, it would send the caller to sign in again.
    ours = isinstance(error, RemoteRefusal) and error.code is Code.UNAUTHENTICATED
    return isinstance(error, Refusal) and not ours


def _incident(error: Exception) -> Refusal:
    incident = uuid4().hex[:12]
    log.error("unexpected error", incident=incident, exc_info=error)
    return InternalError(incident=incident)


async def _refuse(call: Call, refusal: Any) -> None:
    status = status_of(refusal)
    call.code, call.reason = grpc.StatusCode[refusal.code.value], refusal.reason
    own = (correlation.HEADER, call.request_id)
    trailers: tuple[tuple[str, str | bytes], ...] = (*trailers_of(status), own)
    await call.context.abort(call.code, status.message, trailers)
