"""Inboxes as they change: who watches, and what they are told."""
