"""Ways to break what was kept of customers and their onboardings, each with the promise that the checker must find broken."""

from __future__ import annotations

from functools import partial
from typing import Final

from tests.chaos.checker.chains import hash_of
from tests.chaos.checker.registrations import FORMAL
from tests.chaos.checker.state import Row, State, Workflow
from tests.chaos.tampering import Ways, breaking, the

WAYS: Final[Ways] = []
breaks = partial(breaking, WAYS)


def formal(state: State) -> Row:
    return the(state.customer["onboardings"], state="formal")


def rejected(state: State) -> Row:
    return the(state.customer["onboardings"], state="rejected")


def name_of(onboarding: Row) -> str:
    return f"onboardings/{onboarding['number']}"


def customer_of(state: State, onboarding: Row) -> Row:
    return the(state.customer["customers"], number=onboarding["customer"])


def registration(state: State) -> Row:
    """By which it became formal: one that the ERP refused may have come before it."""
    name = name_of(formal(state))
    registered = {one["key"] for one in state.erp["registration_outcomes"] if one["state"] == "registered"}
    orders = (one for one in state.erp["registration_orders"] if one["document"] == name)
    return next(order for order in orders if order["key"] in registered)


def register(state: State, outcome: str, **fields: object) -> None:
    """One registration more, as it was but for these fields."""
    state.erp["registration_orders"].append({**registration(state), "key": "another", **fields})
    state.erp["registration_outcomes"].append({"key": "another", "state": outcome})


def event(state: State, kind: str) -> Row:
    return the(state.customer["timeline"], kind=kind)


def case_of(state: State) -> Row:
    """The latest of the formal one."""
    return the(reversed(state.approval["cases"]), document=name_of(formal(state)))


@breaks("acknowledged")
def an_acknowledged_onboarding_is_gone(state: State) -> None:
    state.customer["onboardings"].remove(formal(state))


@breaks("acknowledged")
def an_acknowledged_customer_is_gone(state: State) -> None:
    state.customer["customers"].remove(customer_of(state, formal(state)))


@breaks("acknowledged")
def an_acknowledged_licence_is_gone(state: State) -> None:
    state.customer["licences"].remove(the(state.customer["licences"], customer=formal(state)["customer"]))


@breaks("acknowledged")
def an_acknowledged_change_of_a_customer_is_gone(state: State) -> None:
    state.customer["timeline"].remove(event(state, "CustomerChanged"))


@breaks("acknowledged")
def an_answer_about_a_customer_is_not_kept(state: State) -> None:
    state.customer["requests"].remove(
        next(row for row in state.customer["requests"] if row["method"].endswith("/SubmitOnboarding"))
    )


@breaks("once")
def a_customer_was_made_twice(state: State) -> None:
    customer = customer_of(state, formal(state))
    state.customer["customers"].append({**customer, "number": "C999999"})


@breaks("once")
def an_onboarding_was_submitted_twice_in_one_version(state: State) -> None:
    state.customer["timeline"].append(event(state, "OnboardingSubmitted"))


@breaks("once")
def a_licence_was_recorded_that_nobody_asked_for(state: State) -> None:
    state.customer["timeline"].append(event(state, "LicenceAdded"))


@breaks("once")
def a_customer_became_formal_twice_in_its_timeline(state: State) -> None:
    state.customer["timeline"].append(event(state, FORMAL))


@breaks("registration")
def a_customer_is_registered_under_two_keys(state: State) -> None:
    register(state, "registered", place=999_999)


@breaks("registration")
def a_customer_is_formal_and_the_erp_knows_nothing_of_it(state: State) -> None:
    state.erp["registration_orders"].remove(registration(state))


@breaks("registration")
def an_onboarding_has_another_code_than_the_erp(state: State) -> None:
    formal(state)["erp_code"] = "K-999999"


@breaks("registration")
def a_customer_has_another_code_than_the_erp(state: State) -> None:
    customer_of(state, formal(state))["erp_code"] = "K-999999"


@breaks("registration")
def a_customer_is_registered_by_another_name_than_was_approved(state: State) -> None:
    registration(state)["name"] += "!"


@breaks("registration")
def more_credit_is_given_than_was_approved(state: State) -> None:
    order = registration(state)
    order["currency"], order["credit_minor"] = "CNY", (order["credit_minor"] or 0) + 1


@breaks("registration")
def a_rejected_customer_was_registered(state: State) -> None:
    one = rejected(state)
    register(state, "registered", document=name_of(one), customer=f"customers/{one['customer']}")


@breaks("registration")
def a_registration_has_no_outcome(state: State) -> None:
    key = registration(state)["key"]
    state.erp["registration_outcomes"].remove(the(state.erp["registration_outcomes"], key=key))


@breaks("registration")
def a_refusal_to_register_was_not_told(state: State) -> None:
    register(state, "refused")


@breaks("registration")
def a_customer_is_formal_for_whom_nobody_was_registered(state: State) -> None:
    customer_of(state, rejected(state))["state"] = "formal"


@breaks("registration")
def a_registered_customer_is_not_formal(state: State) -> None:
    customer_of(state, formal(state))["state"] = "potential"


@breaks("formal once")
def nobody_was_told_that_a_customer_became_formal(state: State) -> None:
    state.customer["outbox"].remove(told(state))


@breaks("formal once")
def everybody_was_told_twice_that_a_customer_became_formal(state: State) -> None:
    state.customer["outbox"].append(told(state))


def told(state: State) -> Row:
    lane = f"customers/{formal(state)['customer']}"
    rows = (row for row in state.customer["outbox"] if row["lane"] == lane)
    return next(row for row in rows if row["subject"].endswith(f".{FORMAL}"))


@breaks("ending")
def an_onboarding_ended_otherwise_than_it_should(state: State) -> None:
    name = name_of(formal(state))
    the(state.said("expects"), document=name)["state"] = "STATE_REGISTERING"


@breaks("chain")
def a_row_of_a_customer_was_changed_and_its_hash_with_it(state: State) -> None:
    row = event(state, "CustomerRegistered")
    row["details"] = {}
    row["hash"] = hash_of(row)


@breaks("chain")
def the_last_row_of_a_customer_is_gone(state: State) -> None:
    state.customer["timeline"].remove(event(state, FORMAL))


@breaks("open case")
def an_open_case_of_a_formal_customer_waits_for_nothing(state: State) -> None:
    case = case_of(state)
    case["state"] = "open"
    state.engine[case["id"]] = Workflow("running", 0)


@breaks("case")
def an_onboarding_believes_that_its_case_is_open(state: State) -> None:
    formal(state)["case_open"] = True


@breaks("case")
def a_formal_customer_has_a_rejected_case(state: State) -> None:
    case_of(state)["outcome"] = "rejected"


@breaks("case")
def a_customer_is_formal_in_a_version_on_which_nobody_decided(state: State) -> None:
    formal(state)["version"] += 1


@breaks("unsent")
def a_message_about_a_customer_was_not_sent(state: State) -> None:
    told(state)["sent_at"] = None
