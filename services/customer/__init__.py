"""Customer: whom the group sells to and through, from a name on a visit list to a formal customer.

Owns customers and all that is known of them: files, states, levels, who looks after them, who buys from whom, licences,
and what makes two of them one. Does not own who decides about them (approval), the ERP's master record (erp) or the
order of things (workflows).

Invariants: a credit code belongs to one customer; nobody buys from themselves, however long the chain; what was merged
takes no verb; states change only by verbs; whatever changes, changes together with its row in the timeline; a phone
number leaves the service whole only for an owner, or after a reveal that is on the timeline.
"""
