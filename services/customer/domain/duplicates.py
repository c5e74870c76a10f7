"""When two customers may be the same."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.errors import AlreadyExists, FailedPrecondition


class DuplicateCreditCode(AlreadyExists):
    zh = "统一社会信用代码 {credit_code} 已属于 {customer}"
    en = "The credit code {credit_code} belongs to {customer}"


class PossibleDuplicates(FailedPrecondition):
    zh = "可能与以下客户重复：{customers}"
    en = "It may be the same as {customers}"


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A customer that may be the same. `number` is its; `name` what is shown of it."""

    number: str
    name: str


def must_be_named(found: tuple[Lookalike, ...], despite: frozenset[str]) -> None:
    """Raises PossibleDuplicates for those that were not shown before: `despite` has the numbers of those that were."""
    unseen = [one for one in found if one.number not in despite]
    if unseen:
        raise PossibleDuplicates(
            field="despite", customers=", ".join(f"customers/{one.number}" for one in unseen)
        )
