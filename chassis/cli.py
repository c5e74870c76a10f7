"""The command line `zhupi`: what starts and checks an installation; people's commands come from `chassis.commands`."""

from __future__ import annotations

import os
import sys
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from chassis.commands import InstalledCommands
from chassis.launcher.ports import DEFAULT_BASE
from chassis.terminal import say, say_refusal
from kernel.errors import Refusal
from kernel.text import Text

app = typer.Typer(
    cls=InstalledCommands,
    help="朱批 Zhupi: approvals, from submission to payment · 审批，从提交到付款",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

HomeOption = Annotated[
    Path, typer.Option(envvar="ZHUPI_HOME", help="the folder with everything · 数据文件夹", show_default=True)
]
PortBaseOption = Annotated[
    int, typer.Option(help="the first of the ports; 0 takes any free ones · 端口起点，0 为任选空闲端口")
]


def speak(lang: str) -> str:
    """From here on, and in every child."""
    if lang:
        os.environ["ZHUPI_LANG"] = lang
    return lang


LangOption = Annotated[str, typer.Option(callback=speak, help="zh or en · zh 或 en")]
HOME = Path(".zhupi")


class DemoGroup(Enum):
    SMALL = "small"
    WHOLE = "whole"


STARTING = "Starting it · 启动与检查"


@app.command(rich_help_panel=STARTING)
def up(
    home: HomeOption = HOME,
    port_base: PortBaseOption = DEFAULT_BASE,
    only: Annotated[
        list[str] | None, typer.Option(help="these parts and what they need · 只启动这些部件及其所需")
    ] = None,
    without: Annotated[list[str] | None, typer.Option(help="all but these parts · 不启动这些部件")] = None,
    json: Annotated[
        bool, typer.Option("--json", help="one line of JSON when ready · 就绪时输出一行 JSON")
    ] = False,
    demo: Annotated[
        bool, typer.Option("--demo", help="load the demo group into a new home · 为新数据文件夹载入演示集团")
    ] = False,
    group: Annotated[
        DemoGroup,
        typer.Option(
            help="how much of it: small, or whole with 400 people and 3,000 customers · 规模：small 或 whole"
        ),
    ] = DemoGroup.SMALL,
    lang: LangOption = "",
) -> None:
    """Start everything on this machine, keep it running · 在本机启动全部部件并保持运行"""
    from chassis.launcher.up import Options
    from chassis.launcher.up import up as run_up

    options = Options(home, port_base, _names(only), _names(without), json, group.value if demo else "")
    raise typer.Exit(run_up(options))


@app.command(rich_help_panel=STARTING)
def run(
    component: Annotated[str, typer.Argument(help="its name · 部件名称")],
    migrate: Annotated[
        bool, typer.Option("--migrate", help="first bring its database to the newest schema · 先迁移数据库")
    ] = False,
) -> None:
    """Run one component against the addresses in ZHUPI_… · 按 ZHUPI_… 环境变量运行一个部件"""
    from chassis.forks import leave_forks_alone

    leave_forks_alone()
    from chassis.component import UnknownComponent
    from chassis.launcher.nursery import installed_names
    from chassis.running import leave, run_installed

    try:
        leave(run_installed(component, migrate=migrate))
    except UnknownComponent:
        unknown = Text(
            "✗ 没有名为 {name} 的部件；可选：{known}", "✗ there is no component {name}; there are: {known}"
        )
        say(unknown.format(name=component, known=", ".join(installed_names())))
        raise typer.Exit(2) from None


@app.command(rich_help_panel=STARTING)
def doctor(home: HomeOption = HOME, port_base: PortBaseOption = DEFAULT_BASE, lang: LangOption = "") -> None:
    """Check this installation, say what is wrong and how to mend it · 检查安装，说明问题与解决办法"""
    from chassis.doctor import examine

    raise typer.Exit(examine(home, port_base))


def main() -> None:
    try:
        app(prog_name="zhupi")
    except Refusal as refusal:
        say_refusal(refusal)
        sys.exit(1)


def _names(given: list[str] | None) -> tuple[str, ...]:
    return tuple(name for words in given or () for name in words.split(",") if name)


if __name__ == "__main__":
    main()
