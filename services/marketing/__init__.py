"""Marketing: what the group does in the field to be known and bought, from the request to the closure.

Owns activities, their changes and evidence, and what market management sets for them. Does not own who decides about them
(approval), the budget behind them and the claims on them (expense), the customers at whom they take place (customer) or the
order of things (workflows).

Invariants: states change only by verbs; where a person and a deadline meet, one of them wins and the state says which; the
terms of an approved activity change only by a change that was approved; a line keeps its id for ever, because claims refer to
it; whatever changes, changes together with its row in the timeline.
"""
