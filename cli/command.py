"""What every command has in common: who acts, where Zhupi runs, language, JSON, request ids, refusals, exit codes."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import is_dataclass
from enum import StrEnum
from inspect import Parameter
from pathlib import Path
from typing import Annotated, Any, Concatenate, Final, ParamSpec
from uuid import UUID

import typer

from chassis.terminal import language
from cli.exits import EPILOGUE, Exit, exit_of
from cli.help import both
from cli.output import Errors
from cli.people import caller
from cli.session import Options, Session, home_from
from kernel.errors import Code, Refusal

P = ParamSpec("P")
Act = Callable[Concatenate[Session, P], Awaitable[Exit | None]]


class Language(StrEnum):
    ZH = "zh"
    EN = "en"


COMMON: Final = {
    "who": Annotated[
        str,
        typer.Option(
            "--as", metavar="WHO", help="Who acts: a login or a Chinese name · 操作者：登录名或姓名"
        ),
    ],
    "home": Annotated[
        Path | None,
        typer.Option(
            "--home", help="The folder of `zhupi up`; .zhupi by default · zhupi up 的目录，默认 .zhupi"
        ),
    ],
    "lang": Annotated[Language | None, typer.Option("--lang", help="Language · 语言")],
    "as_json": Annotated[bool, typer.Option("--json", help="Write JSON · 输出 JSON")],
}
REQUEST_ID: Final = Annotated[
    UUID | None,
    typer.Option(
        "--request-id",
        metavar="UUID",
        help="Repeats a request that got no answer; it is never done twice · 重复一次未得到答复的请求，不会执行两次",
    ),
]
DEFAULTS: Final[dict[str, Any]] = {
    "who": "",
    "home": None,
    "lang": None,
    "as_json": False,
    "request_id": None,
}
# Answers that leave open whether the write was done.
UNKNOWN_FATE: Final = frozenset({Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED})


def command(
    app: typer.Typer, name: str | None, zh: str, en: str, *, writes: bool = False, identified: bool = True
) -> Callable[[Act[P]], Act[P]]:
    """Registers an act as `zhupi … name`; what it takes beside the session are its own arguments and options.

    `writes`: it takes a request id. `identified`: it needs to know who acts; `session.caller` is set before it begins.
    What an act takes as a dataclass are arguments and options of its own, one for each field: several acts may share them.
    """
    shared = {**COMMON, **({"request_id": REQUEST_ID} if writes else {})}

    def register(act: Act[P]) -> Act[P]:
        do: Callable[..., Awaitable[Exit | None]] = act
        taken = list(inspect.signature(act, eval_str=True).parameters.values())[1:]
        parts = {one.name: (one.annotation, _fields(one)) for one in taken if _fields(one)}
        own = [option for one in taken for option in (parts[one.name][1] if one.name in parts else [one])]

        def run(**given: Any) -> None:
            options = options_of({key: given.pop(key) for key in shared})
            for name, (part, fields) in parts.items():
                given[name] = part(**{field.name: given.pop(field.name) for field in fields})
            raise typer.Exit(perform(lambda session: do(session, **given), options, identified=identified))

        keywords = [
            Parameter(key, Parameter.KEYWORD_ONLY, default=DEFAULTS[key], annotation=kind)
            for key, kind in shared.items()
        ]
        run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # what typer reads
            [parameter.replace(kind=Parameter.KEYWORD_ONLY) for parameter in own] + keywords
        )
        run.__annotations__ = {}
        app.command(name, help=both(zh, en), epilog=both(EPILOGUE.zh, EPILOGUE.en))(run)
        return act

    return register


def _fields(one: Parameter) -> list[Parameter]:
    """What it stands for; nothing where it stands for itself."""
    part = one.annotation
    if not isinstance(part, type) or not is_dataclass(part):
        return []
    return list(inspect.signature(part, eval_str=True).parameters.values())


class Alone(typer.Typer):
    """A command of `zhupi` itself, in no group; `act` is what it does."""

    act: Callable[..., Awaitable[Exit | None]]


def alone(zh: str, en: str, *, writes: bool = False, identified: bool = True) -> Callable[[Act[P]], Alone]:
    """An act that is a command of `zhupi` itself, in no group."""

    def make(act: Act[P]) -> Alone:
        app = Alone(add_completion=False)
        app.act = act
        command(app, None, zh, en, writes=writes, identified=identified)(act)
        return app

    return make


def options_of(given: dict[str, Any]) -> Options:
    return Options(
        who=given["who"],
        home=home_from(given["home"]),
        language=language(given["lang"]),
        as_json=given["as_json"],
        request_id=str(given.get("request_id") or ""),
    )


def perform(
    act: Callable[[Session], Awaitable[Exit | None]], options: Options, *, identified: bool = True
) -> Exit:
    """Run an act from beginning to end; what is refused is said, and becomes the exit code."""
    errors = Errors(options.language, as_json=options.as_json)

    async def whole() -> Exit:
        async with Session(options) as session:
            try:
                if identified:
                    session.caller = await caller(session)
                return await act(session) or Exit.DONE
            except Refusal as refusal:
                errors.refused(refusal, again(session) if refusal.code in UNKNOWN_FATE else "")
                return exit_of(refusal.code)

    try:
        return asyncio.run(whole())
    except KeyboardInterrupt:
        return Exit.STOPPED


def again(session: Session) -> str:
    """The words that make the command repeat its very write; empty where nothing was written."""
    pins = "".join(f" {option} {value}" for option, value in session.pins.items())
    return f"--request-id {session.wrote}{pins}" if session.wrote else ""
