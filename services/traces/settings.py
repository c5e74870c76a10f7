"""What this component reads from its environment, beside what every component reads."""

from __future__ import annotations

from pydantic import Field

from chassis.config import Settings


class TracesSettings(Settings):
    trace_days: int = Field(14, ge=1, description="for how many days spans are kept")
