"""Approval: people, who may decide what, and what they have decided.

Owns the directory, policies, cases, routes, steps, work items, decisions, comments, attachments. Does not own the order
of things, time or effects (workflows), nor the documents it is about (their services): it knows no document type.

Invariants: a document has at most one open case; a step is decided once, by those it was given to, never by the
requester, on the version of the document they saw; what was decided, said, published or imported is never changed; every
change of a case commits together with its row in the timeline and with what others are told of it.
"""
