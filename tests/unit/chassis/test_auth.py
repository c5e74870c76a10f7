"""Tokens become actors, or are refused."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from chassis.security.auth import TokenExpired, TokenNotTrusted, Verifier
from chassis.security.identity import ServiceIdentity, read_key, sign
from chassis.security.local_issuer import ensure_keys, person_token, service_key
from kernel.actor import Actor
from kernel.errors import Unauthenticated
from tests.builders.edge import Edge, good_claims

BAD = (
    "none at all",
    "expired",
    "not yet valid",
    "for another audience",
    "of another issuer",
    "signed by a stranger's key",
    "without signature",
    "HMAC with the public key",
    "changed after signing",
    "without an end",
    "for nobody",
    "a path for a person",
    "the system for a person",
    "acting for somebody",
    "no token",
)


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Edge:
    return Edge(tmp_path_factory.mktemp("home"))


@pytest.fixture
def verifier(edge: Edge) -> Verifier:
    return Verifier(edge.settings("approval"), "approval")


def test_the_bad_tokens_are_the_ones_listed_here(edge: Edge) -> None:
    assert set(edge.bad_tokens()) == set(BAD)


@pytest.mark.parametrize("wrong", BAD)
async def test_a_bad_token_is_refused_with_its_reason(edge: Edge, verifier: Verifier, wrong: str) -> None:
    token, reason = edge.bad_tokens()[wrong]
    with pytest.raises(Unauthenticated) as refused:
        await verifier.actor(token)
    assert refused.value.reason == reason


async def test_a_device_may_call_itself_what_no_timeline_could_keep(edge: Edge, verifier: Verifier) -> None:
    actor = await verifier.actor(edge.token("zhangwei", device="\x00phone\u202e\n7" + "x" * 900))
    assert actor.device.startswith("phone  7xxx")
    assert len(actor.device) <= 200


async def test_a_person_is_who_the_token_says_with_roles_and_device(edge: Edge, verifier: Verifier) -> None:
    token = edge.token("zhangwei", "finance", "operator", device="phone-7")
    assert await verifier.actor(token) == Actor(
        person="zhangwei", roles=frozenset({"finance", "operator"}), device="phone-7"
    )


async def test_the_persons_id_may_stand_in_another_claim(edge: Edge) -> None:
    verifier = Verifier(edge.settings("approval", token_person_claim="preferred_username"), "approval")
    token = edge.signed(sub="8f14e45f-ceea", preferred_username="zhangwei")
    assert (await verifier.actor(token)).person == "zhangwei"


async def test_clocks_may_differ_by_the_leeway(edge: Edge) -> None:
    verifier = Verifier(edge.settings("approval", token_leeway_seconds=30), "approval")
    assert await verifier.actor(edge.signed(exp=int(time.time()) - 5))
    assert await verifier.actor(edge.signed(nbf=int(time.time()) + 5))


async def test_a_token_that_was_good_is_refused_once_it_has_expired(edge: Edge) -> None:
    now = [time.time()]
    verifier = Verifier(edge.settings("approval"), "approval", now=lambda: now[0])
    token = edge.token(ttl=60)
    assert await verifier.actor(token)
    now[0] += 61
    with pytest.raises(TokenExpired):
        await verifier.actor(token)


def _rsa() -> tuple[RSAKey, str]:
    return RSAKey.generate_key(2048, {"kid": "r1", "use": "sig"}, private=True), "RS256"


def _ec() -> tuple[ECKey, str]:
    return ECKey.generate_key("P-256", {"kid": "e1", "use": "sig"}, private=True), "ES256"


@pytest.mark.parametrize("make", [_rsa, _ec])
async def test_any_openid_issuer_serves_by_its_public_keys(
    edge: Edge, tmp_path: Path, make: Callable[[], tuple[Any, str]]
) -> None:
    key, algorithm = make()
    jwks = tmp_path / "issuer.jwks"
    jwks.write_text(_json(KeySet([key])), "utf-8")
    settings = edge.settings(
        "approval", token_issuer="https://id.example", token_audience="zhupi-prod", token_jwks=str(jwks)
    )
    claims = good_claims(iss="https://id.example", aud=["zhupi-prod", "mail"])
    token = jwt.encode({"alg": algorithm, "kid": key.kid}, claims, key, algorithms=[algorithm])
    assert (await Verifier(settings, "approval").actor(token)).person == "lihua"


def _json(keys: KeySet) -> str:
    import json

    return json.dumps(keys.as_dict(private=False))


async def test_a_key_may_not_be_used_with_another_kind_of_signature(edge: Edge, tmp_path: Path) -> None:
    key, _ = _ec()
    jwks = tmp_path / "issuer.jwks"
    jwks.write_text(_json(KeySet([key])), "utf-8")
    verifier = Verifier(edge.settings("approval", token_jwks=str(jwks)), "approval")
    rsa, _ = _rsa()
    token = jwt.encode({"alg": "RS256", "kid": key.kid}, good_claims(), rsa, algorithms=["RS256"])
    with pytest.raises(TokenNotTrusted):
        await verifier.actor(token)


async def test_services_are_known_by_their_own_keys(edge: Edge, verifier: Verifier) -> None:
    identity = ServiceIdentity.load(service_key(edge.home, "expense"))
    lihua = Actor(person="lihua", roles=frozenset({"finance"}), device="phone-7")
    assert await verifier.actor(identity.token("approval")) == Actor(service="expense")
    assert await verifier.actor(identity.token("approval", lihua)) == Actor(
        person="lihua", service="expense", device="phone-7"
    )


async def test_roles_are_never_taken_from_a_service(edge: Edge, verifier: Verifier) -> None:
    key = read_key(service_key(edge.home, "expense"))
    claims: dict[str, object] = {"iss": "service/expense", "aud": "service/approval", "roles": ["operator"]}
    own = sign(key, {**claims, "sub": "service/expense"}, lifetime=60)
    behalf = sign(key, {**claims, "sub": "lihua", "act": {"sub": "service/expense"}}, lifetime=60)
    for token in (own, behalf):
        assert (await verifier.actor(token)).roles == frozenset()


async def test_a_service_cannot_speak_for_another_nor_for_the_issuer(edge: Edge, verifier: Verifier) -> None:
    key = read_key(service_key(edge.home, "expense"))
    aud = "service/approval"
    for claims in (
        {"iss": "service/worker", "aud": aud, "sub": "service/worker"},
        {"iss": "service/expense", "aud": aud, "sub": "service/worker"},
        {"iss": "service/expense", "aud": aud, "sub": "lihua"},
        {"iss": "service/expense", "aud": aud, "sub": "lihua", "act": {"sub": "service/worker"}},
        {"iss": "zhupi-local", "aud": "zhupi", "sub": "lihua"},
    ):
        with pytest.raises(TokenNotTrusted):
            await verifier.actor(sign(key, claims, lifetime=60))


async def test_the_issuer_cannot_speak_for_a_service(edge: Edge, verifier: Verifier) -> None:
    token = edge.signed(iss="service/worker", sub="service/worker", aud="service/approval")
    with pytest.raises(TokenNotTrusted):
        await verifier.actor(token)


async def test_a_services_token_is_good_at_one_service_only(edge: Edge) -> None:
    token = ServiceIdentity.load(service_key(edge.home, "expense")).token("approval")
    with pytest.raises(Unauthenticated) as refused:
        await Verifier(edge.settings("erp"), "erp").actor(token)
    assert refused.value.reason == "TOKEN_FOR_ANOTHER_AUDIENCE"


async def test_a_withdrawn_key_is_noticed_for_tokens_that_were_good_before(tmp_path: Path) -> None:
    edge, now = Edge(tmp_path), [time.time()]
    verifier = Verifier(edge.settings("approval"), "approval", now=lambda: now[0])
    token = edge.token(ttl=7200)
    assert await verifier.actor(token)
    (tmp_path / "keys" / "issuer.jwk").unlink()
    ensure_keys(tmp_path, ())
    now[0] += 301
    with pytest.raises(TokenNotTrusted):
        await verifier.actor(token)
    assert await verifier.actor(person_token(tmp_path, "lihua"))


def test_a_token_is_made_anew_shortly_before_its_end_and_kept_until_then(edge: Edge) -> None:
    now = [0.0]
    identity = ServiceIdentity(read_key(service_key(edge.home, "expense")), now=lambda: now[0])
    first = identity.token("approval")
    now[0] = 200.0
    assert identity.token("approval") == first
    assert identity.token("erp") != first
    now[0] = 250.0
    assert identity.token("approval") != first


@pytest.mark.parametrize(
    "token", ["a.b.c", "..", "e30.e30.", "e30.e30.e30", "bnVsbA.bnVsbA.x", "€.€.€", "x" * 9000, "e30." * 3]
)
async def test_what_is_no_token_is_not_trusted(verifier: Verifier, token: str) -> None:
    with pytest.raises(TokenNotTrusted):
        await verifier.actor(token)
