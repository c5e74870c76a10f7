"""Settings, keys, tokens and a small server, for tests of the edge."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from chassis.config import Settings
from chassis.rpc.client import channel, person_channel
from chassis.rpc.interceptors.deadlines import Deadlines
from chassis.rpc.server import GrpcServer
from chassis.security.identity import read_key
from chassis.security.local_issuer import (
    AUDIENCE,
    ISSUER,
    ensure_keys,
    issuer_jwks,
    person_token,
    service_key,
    services_jwks,
)
from chassis.transaction.requests import current_request
from zhupi.approval.v1 import attachment_pb2, attachment_pb2_grpc, case_pb2, case_pb2_grpc
from zhupi.common.v1 import sheet_pb2

COMPONENTS = ("approval", "customer", "expense", "marketing", "erp", "traces", "worker", "portal")
Claims = dict[str, Any]


class Edge:
    """The keys of one installation, and what each component's settings say about them."""

    def __init__(self, home: Path) -> None:
        self.home = home
        ensure_keys(home, COMPONENTS)

    def settings(self, name: str, **more: Any) -> Settings:
        return Settings(
            **{
                "token_jwks": str(issuer_jwks(self.home)),
                "service_jwks": str(services_jwks(self.home)),
                "service_key": str(service_key(self.home, name)),
                "token_leeway_seconds": 0,
                **more,
            }
        )

    def token(self, person: str = "lihua", *roles: str, **more: Any) -> str:
        return person_token(self.home, person, roles, **more)

    def signed(self, **claims: Any) -> str:
        """A token of the issuer's with these claims in place of the good ones; None leaves a claim out."""
        key = read_key(self.home / "keys" / "issuer.jwk")
        return jwt.encode(
            {"alg": "Ed25519", "kid": key.kid}, good_claims(**claims), key, algorithms=["Ed25519"]
        )

    def issuer_kid(self) -> str:
        return read_key(self.home / "keys" / "issuer.jwk").kid or ""

    def bad_tokens(self) -> dict[str, tuple[str, str]]:
        """Tokens that must be refused, by what is wrong with them, with the reason to be given."""
        kid, now = self.issuer_kid(), int(time.time())
        stranger = OKPKey.generate_key("Ed25519", {"kid": kid}, private=True)
        public = (self.home / "keys" / "issuer.jwks").read_bytes()
        shared = OctKey.import_key(public)
        hs256 = jwt.encode({"alg": "HS256", "kid": kid}, good_claims(), shared, algorithms=["HS256"])
        forged = jwt.encode({"alg": "Ed25519", "kid": kid}, good_claims(), stranger, algorithms=["Ed25519"])
        good = self.signed()
        return {
            "none at all": ("", "TOKEN_MISSING"),
            "expired": (self.signed(exp=now - 10), "TOKEN_EXPIRED"),
            "not yet valid": (self.signed(nbf=now + 600), "TOKEN_NOT_YET_VALID"),
            "for another audience": (self.signed(aud="somewhere"), "TOKEN_FOR_ANOTHER_AUDIENCE"),
            "of another issuer": (self.signed(iss="https://elsewhere.example"), "TOKEN_NOT_TRUSTED"),
            "signed by a stranger's key": (forged, "TOKEN_NOT_TRUSTED"),
            "without signature": (unsigned(kid, good_claims()), "TOKEN_NOT_TRUSTED"),
            "HMAC with the public key": (hs256, "TOKEN_NOT_TRUSTED"),
            "changed after signing": (_with_claims(good, good_claims(sub="boss")), "TOKEN_NOT_TRUSTED"),
            "without an end": (self.signed(exp=None), "TOKEN_NOT_TRUSTED"),
            "for nobody": (self.signed(sub=None), "TOKEN_NOT_TRUSTED"),
            "a path for a person": (self.signed(sub="../zhangwei"), "TOKEN_NOT_TRUSTED"),
            "the system for a person": (self.signed(sub="system"), "TOKEN_NOT_TRUSTED"),
            "acting for somebody": (self.signed(act={"sub": "service/expense"}), "TOKEN_NOT_TRUSTED"),
            "no token": ("hello", "TOKEN_NOT_TRUSTED"),
        }


def good_claims(**changes: Any) -> Claims:
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "lihua",
        "roles": [],
        "iat": now,
        "nbf": now,
        "exp": now + 60,
    }
    return {key: value for key, value in {**claims, **changes}.items() if value is not None}


def unsigned(kid: str, claims: Claims) -> str:
    return f"{_part({'alg': 'none', 'kid': kid})}.{_part(claims)}."


def _with_claims(token: str, claims: Claims) -> str:
    header, _, signature = token.split(".")
    return f"{header}.{_part(claims)}.{signature}"


def _part(value: Claims) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


class Cases(case_pb2_grpc.CaseServiceServicer):
    """Answers GetCase with what `answer` says: the caller and the request by default."""

    def __init__(self, answer: Callable[[Any], Any] | None = None) -> None:
        self.answer = answer or _echo

    async def GetCase(self, request: case_pb2.GetCaseRequest, context: Any) -> case_pb2.Case:
        answer = self.answer(request)
        return await answer if hasattr(answer, "__await__") else answer

    async def CommentOnCase(self, request: case_pb2.CommentOnCaseRequest, context: Any) -> case_pb2.Comment:
        answer = self.answer(request)
        return await answer if hasattr(answer, "__await__") else answer

    async def _not_here(self, request: Any, context: Any) -> Any:
        raise NotImplementedError

    ListCases = WithdrawCase = RetryEffect = _not_here  # type: ignore[assignment]  # not what is tested


def _echo(request: Any) -> case_pb2.Case:
    current = current_request()
    assert current is not None
    return case_pb2.Case(name=request.name, requester=current.caller.id)


class Files(attachment_pb2_grpc.AttachmentServiceServicer):
    """Downloads `chunks`; an upload answers how much came."""

    def __init__(self, chunks: Callable[[], AsyncIterator[bytes]]) -> None:
        self.chunks = chunks

    async def DownloadAttachment(self, request: Any, context: Any) -> AsyncIterator[sheet_pb2.FileChunk]:
        async for chunk in self.chunks():
            yield sheet_pb2.FileChunk(content=chunk)

    async def UploadAttachment(self, request_iterator: Any, context: Any) -> attachment_pb2.Attachment:
        size = 0
        async for part in request_iterator:
            size += len(part.content)
        return attachment_pb2.Attachment(name="attachments/1", size_bytes=size)

    async def _not_here(self, request: Any, context: Any) -> Any:
        raise NotImplementedError

    GetAttachment = ListAttachments = _not_here  # type: ignore[assignment]  # not what is tested


@asynccontextmanager
async def served(
    edge: Edge, *servicers: Any, name: str = "approval", deadlines: Deadlines | None = None, **settings: Any
) -> AsyncIterator[GrpcServer]:
    """A server of the component `name` on a free port."""
    server = GrpcServer(edge.settings(name, listen="127.0.0.1:0", **settings), name, deadlines=deadlines)
    for servicer in servicers:
        if isinstance(servicer, Cases):
            server.add(case_pb2_grpc.add_CaseServiceServicer_to_server, servicer)
        else:
            server.add(attachment_pb2_grpc.add_AttachmentServiceServicer_to_server, servicer)
    await server.start()
    try:
        yield server
    finally:
        await server.stop(grace=0.5)


@asynccontextmanager
async def cases_as_person(edge: Edge, server: GrpcServer, token: str = "") -> AsyncIterator[Any]:
    async with person_channel(server.address, token or edge.token(), peer="approval") as opened:
        yield case_pb2_grpc.CaseServiceStub(opened)


@asynccontextmanager
async def cases_as_service(
    edge: Edge, server: GrpcServer, name: str = "expense", peer: str = "approval"
) -> AsyncIterator[Any]:
    async with channel(edge.settings(name, peers={peer: server.address}), peer) as opened:
        yield case_pb2_grpc.CaseServiceStub(opened)
