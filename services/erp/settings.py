"""What the ERP component reads from its environment, beside what every component reads."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from chassis.config import Settings


class ErpSettings(Settings):
    erp_adapter: Literal["sandbox"] = Field(
        "sandbox", description="which ERP stands behind the contract; there is only the sandbox so far"
    )
