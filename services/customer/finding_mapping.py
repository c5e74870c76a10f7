"""What is found of customers, as messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chassis.reading import as_typed, readings, words
from chassis.rpc.values import text_to_message
from services.customer import mapping
from services.customer.domain.duplicates import Known, Lookalike, Sought, Why
from services.customer.domain.kinds import Kind
from services.customer.domain.life import CustomerState
from services.customer.use_cases.ports import SearchQuery
from zhupi.customer.v1 import finding_pb2 as pb

USUAL: Final = 10  # hits
WHY: Final = {why: pb.DuplicateCandidate.Why.Value(f"WHY_{why.name}") for why in Why}


def query_from_message(request: pb.SearchCustomersRequest) -> SearchQuery:
    return SearchQuery(
        words(request.query),
        request.limit or USUAL,
        mapping.STATES_BACK.get(request.state),
        mapping.KINDS_BACK.get(request.kind),
    )


def sought_from_message(request: pb.FindDuplicatesRequest) -> Sought:
    return Sought(
        request.display_name,
        tuple(request.aliases),
        request.credit_code,
        tuple(request.phones),
        mapping.number_in(request.customer, "customer"),
    )


def hits_to_message(found: Sequence[Known], typed: tuple[str, ...]) -> pb.SearchCustomersResponse:
    return pb.SearchCustomersResponse(hits=[hit_to_message(one, _alias(one, typed)) for one in found])


def hit_to_message(known: Known, alias: str = "") -> pb.CustomerHit:
    return pb.CustomerHit(
        name=f"customers/{known.number}",
        display_name=known.name,
        kind=mapping.KINDS[Kind(known.kind)],
        state=mapping.STATES[CustomerState(known.state)],
        credit_code=known.credit_code,
        province=known.province,
        city=known.city,
        organisation=f"organisations/{known.organisation}",
        salesperson=f"people/{known.salesperson}",
        alias=alias,
    )


def candidates_to_message(found: Sequence[Lookalike]) -> pb.FindDuplicatesResponse:
    return pb.FindDuplicatesResponse(candidates=map(_candidate, found))


def _candidate(one: Lookalike) -> pb.DuplicateCandidate:
    return pb.DuplicateCandidate(
        customer=hit_to_message(one.known, one.like if Why.ALIAS in one.why else ""),
        score=round(one.score * 100),
        why=[WHY[why] for why in one.why],
        sentence=text_to_message(one.sentence()),
        blocking=one.is_blocking,
    )


def _alias(known: Known, typed: tuple[str, ...]) -> str:
    """The alias by which it was found, where its name would not have been."""
    if _has(known.name, typed):
        return ""
    return next((alias for alias in known.aliases if _has(alias, typed)), "")


def _has(name: str, typed: tuple[str, ...]) -> bool:
    written = as_typed(name).replace(" ", "")
    lines = (written, *readings(written))
    return all(any(word in line for line in lines) for word in typed)
