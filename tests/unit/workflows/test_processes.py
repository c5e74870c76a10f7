"""What every process has to have."""

from __future__ import annotations

import pytest

from workflows.case_workflow import CaseWorkflow, ends_with_its_case
from workflows.contracts import CaseOutcome, CaseResult, CaseStart
from workflows.memory import Closed
from workflows.worker import PROCESSES


async def _finds_its_case_closed(workflow: object, start: CaseStart) -> CaseResult:
    raise Closed("withdrawn")


async def test_a_process_ends_as_its_case_has() -> None:
    start = CaseStart("a/b/1", "a", "b", 1, "people/lihua")
    run = ends_with_its_case(_finds_its_case_closed)
    assert await run(None, start) == CaseResult(CaseOutcome.WITHDRAWN)


@pytest.mark.parametrize("process", PROCESSES)
def test_every_process_ends_with_its_case(process: type) -> None:
    assert issubclass(process, CaseWorkflow)
    assert process.run.__code__ is ends_with_its_case(_finds_its_case_closed).__code__  # type: ignore[attr-defined] # a process has one
