"""What decisions on many items say, before anything is done."""

from __future__ import annotations

from uuid import UUID

import pytest

from services.approval.mapping.item_acts import one_of_many
from services.approval.use_cases.refusals import NoReturn
from zhupi.approval.v1.work_item_pb2 import DecideWorkItemsRequest, WorkItem


@pytest.mark.parametrize("decision", [WorkItem.DECISION_APPROVED, WorkItem.DECISION_REJECTED])
def test_only_a_return_names_a_step(decision: WorkItem.Decision.ValueType) -> None:
    one = DecideWorkItemsRequest.One(
        name=f"workItems/{UUID(int=1)}", document_version=1, decision=decision, comment="不", step="manager"
    )
    with pytest.raises(NoReturn):
        one_of_many(one)
    one.decision = WorkItem.DECISION_RETURNED
    assert one_of_many(one).return_to == "manager"
