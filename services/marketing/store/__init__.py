"""Activities in PostgreSQL.

Whoever locks an activity and a change of it locks the activity first.
"""
