"""A workflow that only listens: it remembers what it was started with and what it was told, until it is told to end."""

from __future__ import annotations

from temporalio import workflow

from workflows.contracts import CASE_ACT, FACT, STEP_COMPLETED, CaseAct, CaseStart, Fact, StepCompleted

END = "end"
STUMBLE = "stumble"
# The cases in whose code there is a mistake: a test puts it in and takes it out again.
mistaken: set[str] = set()


@workflow.defn(name="expense-claim")
class Listening:
    def __init__(self) -> None:
        self.heard: list[str] = []

    @workflow.run
    async def run(self, start: CaseStart) -> None:
        again = " again" if start.again else ""
        self.heard.insert(0, f"start {start.document}@{start.document_version} of {start.requester}{again}")
        await workflow.wait_condition(lambda: END in self.heard)

    @workflow.signal(name=STEP_COMPLETED)
    def step_completed(self, completed: StepCompleted) -> None:
        self.heard.append(f"{completed.step} {completed.outcome} by {completed.decider}")

    @workflow.signal(name=CASE_ACT)
    def case_act(self, act: CaseAct) -> None:
        self.heard.append(f"{act.kind} by {act.by}")

    @workflow.signal(name=FACT)
    def fact(self, fact: Fact) -> None:
        self.heard.append(f"{fact.fact_id}@{fact.document_version}")

    @workflow.signal(name=END)
    def end(self) -> None:
        self.heard.append(END)

    @workflow.signal(name=STUMBLE)
    def stumble(self) -> None:
        if workflow.info().workflow_id in mistaken:
            raise RuntimeError("a mistake in the code")

    @workflow.query
    def all_heard(self) -> list[str]:
        return self.heard
