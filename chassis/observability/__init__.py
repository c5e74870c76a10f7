"""Traces, logs and metrics, and where they go."""
