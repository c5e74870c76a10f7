"""Options that many commands have, with the words that their help says."""

from __future__ import annotations

from typing import Annotated

import typer

# Empty: the command asks for the present one first.
Etag = Annotated[
    str,
    typer.Option(
        "--etag", help="The version seen; the present one by default · 看到的版本标记；默认取当前的"
    ),
]
# Empty: whatever the version is.
Seen = Annotated[str, typer.Option("--etag", help="The version seen · 看到的版本标记")]
Requester = Annotated[
    str, typer.Option("--requester", help="A login or a Chinese name · 申请人：登录名或姓名")
]
Organisation = Annotated[
    str, typer.Option("--organisation", help="Key or name of the organisation · 部门编码或名称")
]
