"""Plumbing that every component stands on: servers, clients, database, bus, telemetry. No business words."""
