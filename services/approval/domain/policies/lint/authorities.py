"""Authority matrices without gaps and rows without use; separations that separate something."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kernel.text import Text
from services.approval.domain.people.directory import AsOf
from services.approval.domain.policies.authorities import Authority, AuthorityRow
from services.approval.domain.policies.facts import FactType
from services.approval.domain.policies.lint.references import known_steps
from services.approval.domain.policies.policy import Policy
from services.approval.domain.policies.problems import PolicyProblem, problem
from services.approval.domain.policies.references import ANY
from services.approval.domain.policies.separation import Separation

SENTENCES: Final = {
    "AUTHORITY_HAS_GAP": Text(
        "最后一行必须没有条件，否则有的单据不知道需要几级",
        "The last row must be without conditions, or some documents need no level that is known",
    ),
    "ROW_NEVER_FITS": Text("第 {name} 行已包含此行", "Row {name} holds for all of this already"),
    "ROW_NEEDS_FACT": Text("请先写明 {name}：由哪个事实给出", "Say first by which fact the {name} is given"),
    "UNKNOWN_FACT": Text("策略没有声明事实 {name}", "The policy declares no fact {name}"),
    "FACT_OF_OTHER_TYPE": Text("该事实的类型应为 {name}", "This fact must be of type {name}"),
    "UNKNOWN_CAPABILITY": Text("没有人具备能力 {name}", "Nobody has the capability {name}"),
    "UNKNOWN_ORGANISATION": Text("组织 {name} 不存在或未生效", "{name} is not an organisation in force"),
    "LEVEL_WITHOUT_GRADE": Text("只有 {name} 个职级", "There are only {name} grades"),
    "UNKNOWN_STEP": Text("没有步骤 {name}", "There is no step {name}"),
    "SEPARATES_NOTHING": Text(
        "请写至少两个步骤，或写明 related", "Name two steps at least, or say what is related"
    ),
    "NO_PARTIES": Text(
        "请写明 parties：requester、deciders", "Say who is meant there, by parties: requester, deciders"
    ),
    "REQUESTER_NEEDS_RELATED": Text("requester 只能与 related 一起使用", "requester goes with related only"),
    "PARTIES_NEED_RELATED": Text("parties 只能与 related 一起使用", "parties go with related only"),
}
OF_DOCUMENTS: Final = (FactType.TEXT, FactType.TEXTS)


def authority_problems(authority: Authority, policy: Policy, directory: AsOf) -> Iterator[PolicyProblem]:
    path = f"authorities.{authority.name}"
    yield from _fact(authority.amount, (FactType.MONEY,), f"{path}.amount", policy)
    yield from _fact(authority.type, (FactType.TEXT,), f"{path}.type", policy)
    if authority.capability and authority.capability not in directory.directory.index.capabilities_by_key:
        yield problem(SENTENCES, f"{path}.capability", "UNKNOWN_CAPABILITY", authority.capability)
    for place, row in enumerate(authority.rows):
        yield from _row(row, f"{path}.rows[{place}]", authority, directory)
        wider = next((n for n, one in enumerate(authority.rows[:place], 1) if _covers(one, row)), None)
        if wider:
            yield problem(SENTENCES, f"{path}.rows[{place}]", "ROW_NEVER_FITS", wider)
    if not authority.rows or not authority.rows[-1].is_last:
        yield problem(SENTENCES, f"{path}.rows", "AUTHORITY_HAS_GAP")


def _row(row: AuthorityRow, path: str, authority: Authority, directory: AsOf) -> Iterator[PolicyProblem]:
    if row.up_to is not None and not authority.amount:
        yield problem(SENTENCES, f"{path}.up_to", "ROW_NEEDS_FACT", "amount")
    if row.type and not authority.type:
        yield problem(SENTENCES, f"{path}.type", "ROW_NEEDS_FACT", "type")
    if row.organisation and directory.organisation(row.organisation) is None:
        yield problem(SENTENCES, f"{path}.organisation", "UNKNOWN_ORGANISATION", row.organisation)
    if authority.grades and row.level > len(authority.grades):
        yield problem(SENTENCES, f"{path}.level", "LEVEL_WITHOUT_GRADE", len(authority.grades))


def _covers(wide: AuthorityRow, narrow: AuthorityRow) -> bool:
    return (
        (wide.up_to is None or (narrow.up_to is not None and narrow.up_to <= wide.up_to))
        and wide.type in ("", narrow.type)
        and wide.organisation in ("", narrow.organisation)
    )


def separation_problems(rule: Separation, policy: Policy) -> Iterator[PolicyProblem]:
    path = f"separation.{rule.key}"
    for place, step in enumerate(rule.steps):
        if step not in known_steps(policy):
            yield problem(SENTENCES, f"{path}.steps[{place}]", "UNKNOWN_STEP", step)
    yield from _fact(rule.related, OF_DOCUMENTS, f"{path}.related", policy)
    several = len(set(rule.steps)) > 1 or any(step.endswith(ANY) for step in rule.steps)
    if not (several or (rule.related and (rule.steps or rule.requester))):
        yield problem(SENTENCES, f"{path}.steps", "SEPARATES_NOTHING")
    if rule.related and not rule.parties:
        yield problem(SENTENCES, path, "NO_PARTIES")
    if rule.requester and not rule.related:
        yield problem(SENTENCES, f"{path}.requester", "REQUESTER_NEEDS_RELATED")
    if rule.parties and not rule.related:
        yield problem(SENTENCES, f"{path}.parties", "PARTIES_NEED_RELATED")


def _fact(key: str, types: tuple[FactType, ...], path: str, policy: Policy) -> Iterator[PolicyProblem]:
    declared = {fact.key: fact.type for fact in policy.facts}
    if key and key not in declared:
        yield problem(SENTENCES, path, "UNKNOWN_FACT", key)
    elif key and declared[key] not in types:
        yield problem(SENTENCES, path, "FACT_OF_OTHER_TYPE", " / ".join(types))
