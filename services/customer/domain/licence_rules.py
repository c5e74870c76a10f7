"""Whether a customer has the licences that its kind needs to become formal."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from kernel.errors import FailedPrecondition
from services.customer.domain.configuration import Configuration
from services.customer.domain.kinds import Kind
from services.customer.domain.licence import Licence


class LicenceMissing(FailedPrecondition):
    zh = "此类客户须有证照“{type}”"
    en = "A customer of this kind needs a licence of type {type}"


class LicenceOfWrongKind(FailedPrecondition):
    zh = "证照“{type}”不适用于此类客户，须有“{needed}”"
    en = "A licence of type {type} is not for this kind of customer, which needs one of type {needed}"


class LicenceExpired(FailedPrecondition):
    zh = "证照 {licence} 当前无效，有效期至 {expiry}"
    en = "{licence} does not hold today; it ends on {expiry}"


def must_fit(configuration: Configuration, kind: Kind, type_: str) -> None:
    """A type that other kinds of customers need and this one does not; what nobody needs anybody may have.

    Raises LicenceOfWrongKind.
    """
    needed = configuration.needed_by(kind)
    others = {one for other, types in configuration.licence_rules if other is not kind for one in types}
    if type_ not in needed and type_ in others:
        raise LicenceOfWrongKind(type=type_, needed=", ".join(needed))


def must_have(needed: Collection[str], licences: Sequence[Licence], kind: Kind, today: date) -> None:
    """`needed` are the types that a customer of this kind needs. Raises for the first that it has not, or not today."""
    for type_ in needed:
        of_type = [licence for licence in licences if licence.type == type_]
        if not of_type:
            _raise_missing(type_, needed, licences, kind)
        if not any(licence.holds_on(today) for licence in of_type):
            latest = max(of_type, key=lambda licence: licence.expiry or date.max)
            raise LicenceExpired(licence=latest.name, expiry=latest.expiry or latest.valid_from)


def _raise_missing(type_: str, needed: Collection[str], licences: Sequence[Licence], kind: Kind) -> None:
    """Whoever brought a licence for another kind of customer is told so."""
    other = next((licence for licence in licences if licence.type not in needed), None)
    if other is not None:
        raise LicenceOfWrongKind(type=other.type, needed=type_)
    raise LicenceMissing(type=type_, kind=kind.value)
