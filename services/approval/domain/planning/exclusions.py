"""Who may not decide a step although they are named: excepted by the policy, or kept apart from it by separation of duties."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kernel.errors import PermissionDenied
from kernel.text import Text
from services.approval.domain.people.directory import PersonId
from services.approval.domain.planning.candidates import find
from services.approval.domain.planning.known import Known
from services.approval.domain.planning.request import Request
from services.approval.domain.policies.policy import PolicyStep
from services.approval.domain.policies.references import means
from services.approval.domain.policies.separation import Separation


class SeparationOfDuties(PermissionDenied):
    """`person` has done something that keeps them from deciding this step; `rule` of the policy says so."""

    zh = "职责分离（{title_zh}）：{person} 不能审批此步骤"
    en = "Separation of duties ({title_en}): {person} may not decide this step"


class RequesterNotApart(PermissionDenied):
    """`person` has done something that keeps them from asking for this at all; `rule` of the policy says so."""

    reason = "SEPARATION_OF_DUTIES"
    zh = "职责分离（{title_zh}）：{person} 不能提交此单据"
    en = "Separation of duties ({title_en}): {person} may not ask for this"


def excluded(step: PolicyStep, request: Request, path: str) -> frozenset[PersonId]:
    """Everyone who may not decide it, as far as it is known now; the requester aside."""
    excepted = find(step.excepted, request, f"{path}.except")
    apart = (
        person
        for rule in rules_about(request.policy.separation, f"{request.stage}/{step.key}")
        for person in kept_apart(rule, f"{request.stage}/{step.key}", request.known)
    )
    return frozenset(person for one in excepted for person in one.people).union(apart)


def rules_about(rules: Iterable[Separation], place: str) -> Iterator[Separation]:
    """The rules that say something about a step, `stage/key`."""
    return (rule for rule in rules if any(means(step, place) for step in rule.steps))


def kept_apart(rule: Separation, place: str, known: Known) -> frozenset[PersonId]:
    """Who may not decide the step because of a rule about it."""
    if rule.related:
        took_part = known.related.get(rule.related, {})
        return frozenset(person for party in rule.parties for person in took_part.get(party, ()))
    return frozenset(
        one.person
        for one in known.decided
        if one.place != place and any(means(step, one.place) for step in rule.steps)
    )


def requester_must_be_apart(rules: Iterable[Separation], requester: PersonId, known: Known) -> None:
    """To be asked before anything runs: a case that has begun goes on, whatever its requester does elsewhere. Raises RequesterNotApart."""
    for rule in rules:
        if rule.requester and requester in kept_apart(rule, "", known):
            raise RequesterNotApart(
                rule=rule.key, person=requester, title_zh=rule.title.zh, title_en=rule.title.en
            )


def must_be_apart(
    rules: Iterable[Separation], place: str, people: Iterable[PersonId], known: Known, field: str = ""
) -> None:
    """To be asked of everybody who is about to decide, or to be given a share of, the step. Raises SeparationOfDuties."""
    people = tuple(people)
    for rule in rules_about(rules, place):
        apart = kept_apart(rule, place, known)
        for person in people:
            if person in apart:
                raise SeparationOfDuties(
                    field=field,
                    rule=rule.key,
                    person=person,
                    title_zh=rule.title.zh,
                    title_en=rule.title.en,
                )


def separation_sentence(rule: Separation) -> Text:
    return Text(f"职责分离：{rule.title.zh}", f"separation of duties: {rule.title.en}")
