"""Refusals of services as pages say them: the sentence, what is wrong where, and an HTTP status."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kernel.errors import Code, Refusal

STATUS: Final = {
    Code.INVALID_ARGUMENT: 422,
    Code.NOT_FOUND: 404,
    Code.ALREADY_EXISTS: 409,
    Code.FAILED_PRECONDITION: 409,
    Code.ABORTED: 409,
    Code.PERMISSION_DENIED: 403,
    Code.UNAUTHENTICATED: 401,
    Code.RESOURCE_EXHAUSTED: 429,
    Code.UNAVAILABLE: 503,
    Code.DEADLINE_EXCEEDED: 504,
    Code.INTERNAL: 500,
}


@dataclass(frozen=True, slots=True)
class Refused:
    """`fields`: what is wrong, by the path of the field; `more`: what else there is to say to it."""

    text: str
    reason: str
    status: int
    fields: dict[str, str]
    more: str = ""


def refused(refusal: Refusal, language: str, *, more: str = "") -> Refused:
    fields = {
        violation.field: violation.text.in_language(language)
        for violation in refusal.violations
        if violation.field
    }
    return Refused(refusal.text.in_language(language), refusal.reason, STATUS[refusal.code], fields, more)
