"""Traces: where an installation without a tracing system of its own keeps its spans.

Owns the spans that components send by OTLP, for a number of days. Knows nothing of what they are about, and nothing
depends on it: a component whose spans are not taken goes on. Spans carry identifiers, never what people wrote; only
operators read them.
"""
