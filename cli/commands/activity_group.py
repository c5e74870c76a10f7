"""The group `zhupi activity`, and what its commands take."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.help import group

activities = group("市场活动", "Marketing activities")

Number = Annotated[str, typer.Argument(metavar="AC-…", help="Number of the activity · 活动单号")]
Reason = Annotated[str, typer.Argument(metavar="REASON", help="Why · 原因")]
