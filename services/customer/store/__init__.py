"""Customers in PostgreSQL.

Whoever locks more than one customer locks them in the order of their numbers, and before them what stands above all of
them: the ladder of who buys from whom (`store/hierarchy.py`).
"""
