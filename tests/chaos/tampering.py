"""Ways to break a sound state, each with the promise that the checker must find broken.

Where one promise can be broken behind the back of another (an entry that was booked twice, and its columns with it),
the rest of the state is bent so that only that promise is left to notice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import deepcopy
from functools import partial
from typing import Any, Final

from tests.chaos.checker.chains import hash_of
from tests.chaos.checker.state import Row, State, Workflow

Tamper = Callable[[State], object]
Ways = list[tuple[str, Tamper]]
WAYS: Final[Ways] = []


def breaking(ways: Ways, promise: str) -> Callable[[Tamper], Tamper]:
    """Remember a way to break this promise among `ways`."""

    def remember(way: Tamper) -> Tamper:
        ways.append((promise, way))
        return way

    return remember


breaks = partial(breaking, WAYS)


def the(rows: Iterable[Row], **fields: Any) -> Row:
    """The first row with these fields."""
    return next(row for row in rows if all(row[name] == value for name, value in fields.items()))


def paid(state: State) -> Row:
    return the(state.expense["claims"], state="paid")


def settled_order(state: State) -> Row:
    """The order by which the claim was paid: one that the ERP refused may have come before it."""
    orders = (
        one for one in state.erp["payment_orders"] if one["document"] == f"claims/{paid(state)['number']}"
    )
    settled = {one["key"] for one in state.erp["payment_outcomes"] if one["state"] == "settled"}
    return next(order for order in orders if order["key"] in settled)


def event(state: State, kind: str) -> Row:
    return the(state.expense["timeline"], kind=kind)


def case_of(state: State, claim: Row) -> Row:
    """The latest."""
    return the(reversed(state.approval["cases"]), document=f"claims/{claim['number']}")


@breaks("acknowledged")
def an_acknowledged_claim_is_gone(state: State) -> None:
    state.expense["claims"].remove(paid(state))


@breaks("acknowledged")
def an_answer_is_not_kept(state: State) -> None:
    state.approval["requests"].remove(
        next(
            row
            for row in state.approval["requests"]
            if row["caller"].startswith("people/") and "WorkItem" in row["method"]
        )
    )


@breaks("acknowledged")
def an_acknowledged_decision_is_gone(state: State) -> None:
    state.approval["decisions"].pop()


@breaks("acknowledged")
def somebody_else_has_decided(state: State) -> None:
    state.approval["decisions"][0]["person"] = "nobody"


@breaks("acknowledged")
def an_acknowledged_submission_is_gone(state: State) -> None:
    state.expense["timeline"].remove(event(state, "ClaimSubmitted"))


@breaks("acknowledged")
def an_acknowledged_withdrawal_ended_otherwise(state: State) -> None:
    the(state.approval["cases"], outcome="withdrawn")["outcome"] = "approved"


@breaks("acknowledged")
def an_acknowledged_comment_is_gone(state: State) -> None:
    state.approval["comments"].clear()


@breaks("acknowledged")
def the_log_has_a_write_of_which_the_checker_knows_nothing(state: State) -> None:
    state.said("asked")[0]["method"] = "expense.SomethingNew"


@breaks("once")
def an_item_was_decided_twice(state: State) -> None:
    state.approval["decisions"].append({**state.approval["decisions"][0], "id": "another"})


@breaks("once")
def a_claim_was_paid_twice_in_its_timeline(state: State) -> None:
    state.expense["timeline"].append(event(state, "ClaimPaid"))


@breaks("once")
def a_claim_was_made_twice(state: State) -> None:
    state.expense["claims"].append({**paid(state), "number": "EC-2026-999999"})


@breaks("once")
def an_edit_happened_that_nobody_asked_for(state: State) -> None:
    state.expense["timeline"].append(event(state, "ClaimEdited"))


@breaks("once")
def an_item_is_open_again_after_its_decision(state: State) -> None:
    the(state.approval["work_items"], state="done")["state"] = "offered"


@breaks("invoice")
def an_invoice_of_a_paid_claim_is_free(state: State) -> None:
    state.expense["invoice_uses"].remove(the(state.expense["invoice_uses"], claim=paid(state)["number"]))


@breaks("invoice")
def a_rejected_claim_keeps_its_invoice(state: State) -> None:
    number = the(state.expense["claims"], state="rejected")["number"]
    line = the(state.expense["claim_lines"], claim=number)
    used = {name: line[f"invoice_{name}"] for name in ("seller", "code", "number")}
    state.expense["invoice_uses"].append({**used, "claim": number})


@breaks("ending")
def a_claim_ended_otherwise_than_it_should(state: State) -> None:
    state.said("expects")[0]["state"] = "STATE_PAYABLE"


@breaks("ending")
def a_script_never_came_to_its_end(state: State) -> None:
    state.log.remove(state.said("expects")[0])


@breaks("surprise")
def a_client_was_surprised(state: State) -> None:
    state.log.append({"kind": "surprise", "script": 1, "what": "ETAG_MISMATCH after its own lost answer"})


@breaks("budget")
def a_budget_entry_is_gone(state: State) -> None:
    state.expense["budget_movements"].remove(the(state.expense["budget_movements"], kind="spent"))


@breaks("budget")
def more_is_spent_than_documents_have_spent(state: State) -> None:
    budget = next(budget for budget in state.expense["budgets"] if budget["spent_minor"])
    budget["spent_minor"] += 1


@breaks("budget")
def more_is_in_use_than_there_is(state: State) -> None:
    next(b for b in state.expense["budgets"] if b["spent_minor"])["amount_minor"] = 0


@breaks("holding")
def a_rejected_claim_still_holds_its_reservation(state: State) -> None:
    claim = the(state.expense["claims"], state="rejected")
    held = {
        **state.expense["budget_holdings"][0],
        "document": f"claims/{claim['number']}",
        "stage": "reserved",
    }
    state.expense["budget_holdings"].append(held)


@breaks("booked once")
def a_payment_was_booked_twice_and_the_columns_with_it(state: State) -> None:
    entry = the(state.expense["budget_movements"], kind="spent")
    state.expense["budget_movements"].append(deepcopy(entry))


@breaks("payment")
def a_claim_was_paid_under_two_keys(state: State) -> None:
    order = the(state.erp["payment_orders"], document=f"claims/{paid(state)['number']}")
    state.erp["payment_orders"].append({**order, "key": "another", "place": 999_999})
    state.erp["payment_outcomes"].append({"key": "another", "state": "settled"})


@breaks("payment")
def a_claim_is_paid_and_the_erp_knows_nothing_of_it(state: State) -> None:
    order = the(state.erp["payment_orders"], document=f"claims/{paid(state)['number']}")
    state.erp["payment_orders"].remove(order)


@breaks("payment")
def more_was_paid_than_was_approved(state: State) -> None:
    settled_order(state)["amount_minor"] += 1


@breaks("payment")
def somebody_else_was_paid(state: State) -> None:
    settled_order(state)["payee"] = "people/nobody"


@breaks("payment")
def a_rejected_claim_was_paid(state: State) -> None:
    number = the(state.expense["claims"], state="rejected")["number"]
    order = {**state.erp["payment_orders"][0], "key": "another", "document": f"claims/{number}"}
    state.erp["payment_orders"].append(order)
    state.erp["payment_outcomes"].append({"key": "another", "state": "settled"})


@breaks("payment")
def a_refusal_of_the_erp_was_not_told(state: State) -> None:
    state.erp["payment_orders"].append({**state.erp["payment_orders"][0], "key": "another"})
    state.erp["payment_outcomes"].append({"key": "another", "state": "refused"})


@breaks("chain")
def a_word_in_a_timeline_was_changed(state: State) -> None:
    state.approval["timeline"][-1]["zh"] += "!"


@breaks("chain")
def a_row_was_changed_and_its_hash_with_it(state: State) -> None:
    row = the(state.expense["timeline"], kind="ClaimSubmitted")
    row["details"] = {}
    row["hash"] = hash_of(row)


@breaks("chain")
def the_first_row_of_a_timeline_is_gone(state: State) -> None:
    state.expense["timeline"].remove(event(state, "ClaimCreated"))


@breaks("chain")
def the_last_row_of_a_timeline_is_gone(state: State) -> None:
    state.expense["timeline"].remove(event(state, "ClaimPaid"))


@breaks("closed case")
def an_item_is_open_on_a_closed_case(state: State) -> None:
    the(state.approval["work_items"], state="done")["state"] = "allocated"


@breaks("closed case")
def a_step_is_open_on_a_closed_case(state: State) -> None:
    the(state.approval["steps"], state="completed")["state"] = "open"


@breaks("closed case")
def an_effect_waits_on_a_closed_case(state: State) -> None:
    the(state.approval["effects"], state="done")["state"] = "waiting"


@breaks("closed case")
def a_workflow_of_a_closed_case_runs_on(state: State) -> None:
    state.engine[case_of(state, paid(state))["id"]] = Workflow("running", 1)


@breaks("closed case")
def a_workflow_of_a_closed_case_has_failed(state: State) -> None:
    state.engine[case_of(state, paid(state))["id"]] = Workflow("failed")


@breaks("open case")
def a_workflow_of_an_open_case_has_ended(state: State) -> None:
    case_of(state, paid(state))["state"] = "open"


@breaks("open case")
def the_engine_knows_nothing_of_an_open_case(state: State) -> None:
    case = case_of(state, paid(state))
    case["state"] = "open"
    del state.engine[case["id"]]


@breaks("open case")
def an_open_case_waits_for_nothing(state: State) -> None:
    case = case_of(state, paid(state))
    case["state"] = "open"
    state.engine[case["id"]] = Workflow("running", 0)


@breaks("workflow")
def a_workflow_has_no_case(state: State) -> None:
    state.engine["expense-claim/EC-2026-999999/1"] = Workflow("running", 1)


@breaks("case")
def a_claim_believes_that_its_case_is_open(state: State) -> None:
    paid(state)["case_open"] = True


@breaks("case")
def a_paid_claim_has_a_rejected_case(state: State) -> None:
    case_of(state, paid(state))["outcome"] = "rejected"


@breaks("unsent")
def a_message_was_not_sent(state: State) -> None:
    state.expense["outbox"][0]["sent_at"] = None


@breaks("parked")
def a_message_is_parked(state: State) -> None:
    row = state.approval["outbox"][0]
    row["sent_at"], row["parked_at"] = None, row["created_at"]


@breaks("dead letter")
def a_message_was_given_up(state: State) -> None:
    letter = {"consumer": "approval-starter", "message_id": "1", "dead_at": "now", "error": "?"}
    state.approval["dead_letters"].append(letter)


@breaks("waiting fact")
def news_of_a_document_still_wait(state: State) -> None:
    state.approval["waiting_facts"].append({"document": "claims/EC-2026-000001", "fact_id": "resubmitted/2"})
