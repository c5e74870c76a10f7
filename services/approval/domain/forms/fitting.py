"""Whether a form and a policy belong together: every fact that the policy wants, the form gives."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from kernel.errors import InvalidArgument, Violation
from services.approval.domain.forms.form import FACT_TYPES, OWN_FACTS, Form
from services.approval.domain.forms.sentences import FormProblem, problem
from services.approval.domain.policies.policy import FactDeclaration, Policy
from services.approval.domain.policies.problems import PolicyProblem


class ProcessNotValid(InvalidArgument):
    """A process that cannot be published; its violations are the problems of its two files, below `form` and `policy`."""

    zh = "流程有 {count} 处问题"
    en = "The process has {count} problems"

    def __init__(self, problems: tuple[FormProblem | PolicyProblem, ...]) -> None:
        super().__init__(
            violations=tuple(Violation(p.path, p.rule, p.text) for p in problems), count=len(problems)
        )


def unanswered(form: Form, collections: Collection[str]) -> tuple[FormProblem, ...]:
    """Which of its fields refer to what nobody answers for, by paths of the form."""
    return tuple(
        problem(f"properties.{one.path}.x-reference", "UNKNOWN_COLLECTION", one.reference)
        for one in form.fields
        if one.reference and one.reference not in collections
    )


def misfits(form: Form, policy: Policy) -> tuple[FormProblem, ...]:
    """What the policy wants and the form does not give, by paths of the policy."""
    return tuple(_misfits(form, policy))


def _misfits(form: Form, policy: Policy) -> Iterator[FormProblem]:
    if policy.process != form.process:
        yield problem("process", "PROCESS_DIFFERS", policy.process)
    for declared in policy.facts:
        yield from _misfit(form, declared)


def _misfit(form: Form, declared: FactDeclaration) -> Iterator[FormProblem]:
    path = f"facts.{declared.key}"
    source = form.facts.get(declared.key)
    given = FACT_TYPES[source.type] if source else OWN_FACTS.get(declared.key)
    if given is None:
        yield problem(path, "FACT_WITHOUT_FIELD", declared.key)
    elif given is not declared.type:
        yield problem(f"{path}.type", "FACT_TYPE_DIFFERS", given.value)
    elif source and not source.is_required and declared.default is None:
        yield problem(path, "FACT_MAY_BE_MISSING", declared.key)
