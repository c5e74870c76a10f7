"""Expense: claims (报销) and the budgets that they draw on.

Owns claims from draft to payment, which invoices have been used, budgets with everything that is reserved, committed
and spent on them, months, expense types and limits. Does not own who decides a claim (approval), the payment itself
(erp) or the order of things (workflows): its verbs are called and either hold or refuse.

Invariants: a budget is never overspent (amount = reserved + committed + spent + free, free ≥ 0) and what a document
holds of it is set, never added; an invoice is used by one claim; a paid claim is never paid again; whatever changes,
changes together with its row in the timeline.
"""
