"""The way to and from Temporal: lanes, what starts a case, what tells a workflow again what it has missed."""
