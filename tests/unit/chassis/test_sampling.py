"""Which traces begin, and which do not."""

from __future__ import annotations

import pytest
from opentelemetry.sdk.trace.sampling import Decision
from opentelemetry.trace import SpanKind

from chassis.observability.tracing import RootSampler


def begins(ratio: float, name: str, kind: SpanKind, trace: int = 1) -> bool:
    return RootSampler(ratio).should_sample(None, trace, name, kind).decision is Decision.RECORD_AND_SAMPLE


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("zhupi.expense.v1.ClaimService/SubmitClaim", SpanKind.SERVER),
        ("zhupi.erp.v1.ErpService/Pay", SpanKind.CLIENT),
        ("StartWorkflow:ExpenseClaimCase", SpanKind.CLIENT),
        ("reconcile", SpanKind.INTERNAL),
    ],
)
def test_a_request_or_a_named_piece_of_work_begins_a_trace(name: str, kind: SpanKind) -> None:
    assert begins(1.0, name, kind)


@pytest.mark.parametrize("name", ["SELECT", "INSERT", "LISTEN", "expense"])
def test_a_bare_statement_begins_none(name: str) -> None:
    assert not begins(1.0, name, SpanKind.CLIENT)


def test_the_share_of_traces_is_configurable() -> None:
    method = "zhupi.expense.v1.ClaimService/GetClaim"
    assert not begins(0.0, method, SpanKind.SERVER)
    some = sum(begins(0.25, method, SpanKind.SERVER, trace=n << 54) for n in range(1024))
    assert some == 256
