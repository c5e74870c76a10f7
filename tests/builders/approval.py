"""A small directory, policies, steps and cases with sensible defaults, for tests.

Head office (hq) has two regions; Central has the offices Henan and Hubei, East has Anhui. Wang Fang sells in Henan and reports to
Li Hua, she to Zhao Qiang, regional director of Central, he to Qian Lei, the general manager.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import count
from typing import Any
from uuid import UUID

from kernel.money import Money
from kernel.text import Text
from services.approval.domain.cases.case import Case
from services.approval.domain.cases.names import CaseName, StepName
from services.approval.domain.people.directory import (
    Assignment,
    Directory,
    Organisation,
    Person,
    Post,
    ReportingLine,
)
from services.approval.domain.planning.planner import plan, request_of
from services.approval.domain.planning.route import Approver, Route, RouteStep, Why
from services.approval.domain.planning.settling import settle
from services.approval.domain.policies.ballot import NO_TERMS, Mode, Outcome, Terms
from services.approval.domain.policies.facts import Fact, FactType
from services.approval.domain.policies.policy import FactDeclaration, Policy, PolicyStep, Stage
from services.approval.domain.policies.settings.acting import Acting
from services.approval.domain.policies.sources import ManagerSource, Source
from services.approval.domain.policies.step_rules import StepRules
from services.approval.domain.steps.steps import Step
from services.approval.domain.steps.work_items import Decision

TODAY = dt.date(2026, 11, 20)
NOW = dt.datetime(2026, 11, 20, 2, 0, tzinfo=dt.UTC)

_numbers = count(1)


def text(word: str) -> Text:
    return Text(word, word)


def a_directory(version: int = 7, **changes: Any) -> Directory:
    """The group above; `changes` replace whole tables."""
    tables: dict[str, Any] = {
        "organisations": (
            Organisation("hq", Text("总部", "Head office")),
            Organisation("central", Text("华中大区", "Central"), "hq"),
            Organisation("east", Text("华东大区", "East"), "hq"),
            Organisation("henan", Text("河南办", "Henan"), "central"),
            Organisation("hubei", Text("湖北办", "Hubei"), "central"),
            Organisation("anhui", Text("安徽办", "Anhui"), "east"),
        ),
        "people": (
            Person("wangfang", "王芳", "henan", "S1", "wangfang@example.cn"),
            Person("lihua", "李华", "henan", "M1", "lihua@example.cn"),
            Person("zhaoqiang", "赵强", "central", "M3"),
            Person("qianlei", "钱磊", "hq", "M5"),
            Person("sunli", "孙丽", "hq"),
            Person("zhoumin", "周敏", "hq"),
            Person("wuhao", "吴昊", "hq", "M4"),
            Person("zhengnan", "郑楠", "hq"),
        ),
        "posts": (
            Post("regional-director", Text("大区经理", "Regional director"), head=True),
            Post("general-manager", Text("总经理", "General manager")),
            Post("finance-reviewer", Text("财务审核", "Finance reviewer"), ("finance",)),
            Post("finance-director", Text("财务总监", "Finance director"), ("finance",)),
            Post("process-administrator", Text("流程管理员", "Process administrator"), ("administrator",)),
        ),
        "assignments": (
            Assignment("zhaoqiang", "regional-director", "central"),
            Assignment("qianlei", "general-manager", "hq"),
            Assignment("sunli", "finance-reviewer", "hq"),
            Assignment("zhoumin", "finance-reviewer", "hq"),
            Assignment("wuhao", "finance-director", "hq"),
            Assignment("zhengnan", "process-administrator", "hq"),
        ),
        "reporting_lines": (
            ReportingLine("wangfang", "lihua"),
            ReportingLine("lihua", "zhaoqiang"),
            ReportingLine("zhaoqiang", "qianlei"),
            ReportingLine("sunli", "wuhao"),
            ReportingLine("zhoumin", "wuhao"),
            ReportingLine("wuhao", "qianlei"),
        ),
    }
    return Directory(version, **(tables | changes))


def with_people(directory: Directory, *people: Person) -> Directory:
    """The directory with these people in place of those of the same id."""
    ids = {person.id for person in people}
    kept = tuple(person for person in directory.people if person.id not in ids)
    return replace(directory, people=(*kept, *people))


def a_policy_step(key: str, *approvers: Source, **changes: Any) -> PolicyStep:
    return replace(PolicyStep(key, text(key), approvers or (ManagerSource(),)), **changes)


def a_policy(*steps: PolicyStep, **changes: Any) -> Policy:
    """Version 3 of a policy with one stage, `claim`, and the one fact `amount`. Changes named as of a stage go there."""
    stage_changes = {
        key: changes.pop(key) for key in ("repeated_approver", "may_be_empty", "one_hand") if key in changes
    }
    stage = replace(
        Stage("claim", Text("业务审批", "Approval"), steps or (a_policy_step("manager"),)), **stage_changes
    )
    amount = FactDeclaration("amount", FactType.MONEY, Text("金额", "amount"))
    policy = Policy("expense-claim", Text("费用报销", "Expense claim"), (amount,), (stage,), version=3)
    return replace(policy, **changes)


def yuan(amount: str | int) -> Fact:
    return Fact(FactType.MONEY, Money.of(amount))


def a_plan(policy: Policy, amount: str | int = 100, **changes: Any) -> Route:
    """The route of Wang Fang's claim, today."""
    request: dict[str, Any] = {
        "facts": {"amount": yuan(amount)},
        "directory": a_directory(),
        "requester": "wangfang",
        "as_of": TODAY,
    }
    return plan(policy, policy.stages[0].key, **(request | changes))


def a_settled(policy: Policy, planned: RouteStep, **changes: Any) -> RouteStep:
    """A step of that route as it is opened."""
    request: dict[str, Any] = {
        "facts": {"amount": yuan(100)},
        "directory": a_directory(),
        "requester": "wangfang",
        "as_of": TODAY,
    }
    return settle(planned, request_of(policy, policy.stages[0].key, **(request | changes)))


WHY = Why("policies/expense-claim/versions/3", "stages.claim.steps[0].approvers[0]", 7, text("because"))


def an_approver(*candidates: str, weight: int = 1) -> Approver:
    return Approver(candidates, WHY, weight=weight)


def a_route_step(*approvers: Approver, mode: Mode = Mode.SINGLE, **changes: Any) -> RouteStep:
    """Li Hua's to decide unless approvers are given."""
    asked = approvers or (an_approver("lihua"),)
    return replace(RouteStep("second", text("second"), mode, ("first",), asked, text("always")), **changes)


def acting_by(**said: Any) -> StepRules:
    """What a policy says of acting in a step: `skippable=True`, `undo=timedelta(minutes=10)`."""
    return StepRules(acting=Acting(**said))


def new_id() -> UUID:
    return UUID(int=next(_numbers))


def a_step(
    *approvers: Approver,
    mode: Mode = Mode.SINGLE,
    earlier: tuple[str, ...] = ("first",),
    terms: Terms = NO_TERMS,
    **acting: Any,
) -> Step:
    """An open step of Wang Fang's claim; Li Hua's to decide unless approvers are given."""
    planned = a_route_step(*approvers, mode=mode, after=earlier, terms=terms, rules=acting_by(**acting))
    return Step.opened(
        StepName(CaseName("expense-claim", "EC-2026-000001", 1), "claim", "second", 1),
        planned,
        requester="wangfang",
        earlier=earlier,
        ids=[new_id() for _ in planned.approvers],
        at=NOW,
    )


def a_decision(by: str, outcome: Outcome = Outcome.APPROVED, **changes: Any) -> Decision:
    return replace(Decision(outcome, by, NOW, 1), **changes)


def a_case(**changes: Any) -> Case:
    name = CaseName("expense-claim", "EC-2026-000001", 1)
    return replace(Case(name, "claims/EC-2026-000001", 1, "wangfang", "henan", 3), **changes)


def asked(step: RouteStep) -> list[tuple[str, ...]]:
    """Who is asked, an item each."""
    return [approver.candidates for approver in step.approvers]
