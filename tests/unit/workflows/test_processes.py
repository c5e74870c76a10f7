"""What every process has to have."""

from __future__ import annotations

import pytest
from temporalio import workflow

from workflows.case_workflow import CaseWorkflow, ends_with_its_case
from workflows.contracts import GENERIC, CaseOutcome, CaseResult, CaseStart, workflow_type
from workflows.memory import Closed
from workflows.worker import PROCESSES


async def _finds_its_case_closed(workflow: object, start: CaseStart) -> CaseResult:
    raise Closed("withdrawn")


async def test_a_process_ends_as_its_case_has() -> None:
    start = CaseStart("a/b/1", "a", "b", 1, "people/lihua")
    run = ends_with_its_case(_finds_its_case_closed)
    assert await run(None, start) == CaseResult(CaseOutcome.WITHDRAWN)


def test_documents_of_the_approval_service_are_walked_by_one_workflow_and_others_by_their_own() -> None:
    seal = CaseStart("seal-use/SU-2026-000001/1", "seal-use", "documents/SU-2026-000001", 1, "people/lihua")
    claim = CaseStart("expense-claim/EC-1/1", "expense-claim", "claims/EC-1", 1, "people/lihua")
    assert (workflow_type(seal), workflow_type(claim)) == (GENERIC, "expense-claim")
    assert {GENERIC, "expense-claim"} <= {workflow_name(process) for process in PROCESSES}


def workflow_name(process: type) -> str | None:
    return workflow._Definition.must_from_class(process).name


@pytest.mark.parametrize("process", PROCESSES)
def test_every_process_ends_with_its_case(process: type) -> None:
    assert issubclass(process, CaseWorkflow)
    assert process.run.__code__ is ends_with_its_case(_finds_its_case_closed).__code__  # type: ignore[attr-defined] # a process has one
