"""Claims and budgets in PostgreSQL.

Whoever locks more than one thing locks in this order, each kind sorted, so that two writes can wait for each other but
never in a circle: the claim, months, invoices, budgets.
"""
