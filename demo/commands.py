"""`zhupi demo load|customers|activities|claim|seal|customer|activity`."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from cli.command import command
from cli.help import RUNNING, group
from cli.output import Output, plain
from cli.session import Session
from demo.acting import Actors
from demo.activities import COUNT
from demo.activity_story import ActivityStory
from demo.customer_story import CustomerStory
from demo.found import Found, Part
from demo.group import CAST, CLAIMANT, OPERATOR, POSTS, Group, Size, build
from demo.load import load as load_group
from demo.load import load_all_customers
from demo.load_activities import load_activities
from demo.seal_story import SealStory
from demo.story import Story
from demo.telling import Teller
from kernel.text import Text

PANEL = RUNNING

demo = group("演示集团与演示报销", "The demo group, and the story of a claim")

SAID: Final = {
    Found.LOADED: Text("已载入", "loaded"),
    Found.UNCHANGED: Text("已存在，未改动", "was there; nothing changed"),
    Found.CHANGED_SINCE: Text("已被修改过，保持原样", "has been changed since; left as it is"),
}


@command(
    demo,
    "load",
    "载入演示集团；已有的不改动",
    "Load the demo group; what is there is left alone",
    identified=False,
)
async def load(
    session: Session,
    group: Annotated[
        Size,
        typer.Option(help="small: 120 people; whole: 400 people in 40 offices · 集团规模"),
    ] = Size.SMALL,
) -> None:
    parts = await load_group(session.options, group)
    if session.out.as_json:
        session.out.json({part.title.en: {"found": part.found.value, "rows": part.rows} for part in parts})
        return
    for part in parts:
        show_part(session.out, part)
    show_cast(session.out)


@command(
    demo,
    "customers",
    "载入全部 3000 个演示客户；已有的不改动",
    "Load all 3,000 customers of the group; those that are there are left alone",
    identified=False,
)
async def customers(session: Session) -> None:
    part = await load_all_customers(session.options)
    if session.out.as_json:
        session.out.json({"found": part.found.value, "rows": part.rows})
        return
    show_part(session.out, part)


@command(
    demo,
    "activities",
    "载入演示活动：200 个，处于各种状态，有照片；已有的从现状继续",
    "Have the group's 200 activities live: in every state, with photos; those that are there go on from where they are",
    identified=False,
)
async def activities(
    session: Session,
    count: Annotated[int, typer.Option(min=1, max=COUNT, help="How many · 数量")] = COUNT,
) -> None:
    everyone = build(Size.WHOLE)
    async with Actors(session.options, everyone) as actors:
        part = await load_activities(actors, everyone, count)
    if session.out.as_json:
        session.out.json({"found": part.found.value, "rows": part.rows})
        return
    show_part(session.out, part)


def show_part(out: Output, part: Part) -> None:
    said = SAID[part.found]
    out.say(f"{part.title.zh}：{said.zh}（{part.rows}）", f"{part.title.en}: {said.en} ({part.rows})")


def show_cast(out: Output) -> None:
    """Who can be acted as, and what to try first."""
    everyone, posts = build(), {post.key: post.title for post in POSTS}
    out.say("\n可以用 --as 扮演的人：", "\nWhom to be, with --as:")
    table = Table.grid(padding=(0, 2))
    for login, (name, organisation, post) in CAST.items():
        place = everyone.organisations[organisation][0]
        table.add_row(login, name, place.in_language(out.language), posts[post].in_language(out.language))
    out.console.print(table)
    out.say("\n先试试：", "\nTo begin with:")
    for line in (
        "demo claim",
        "demo seal",
        "demo customer",
        "demo activity",
        f'claim new --as {CLAIMANT} --title 办公用品 --line "office today 268.00 郑州 打印纸"',
        "inbox --as zhangwei",
        f"directory show --as {OPERATOR}",
    ):
        out.say(f"  zhupi {line}", f"  zhupi {line}")


Fast = Annotated[bool, typer.Option("--fast", help="Without pauses between the steps · 各步之间不停顿")]


@asynccontextmanager
async def told(session: Session, fast: bool) -> AsyncIterator[tuple[Actors, Group, Teller]]:
    """What a story is told with. A script gets the end of the story only."""
    options, everyone = session.options, build(Size.WHOLE)
    out = session.out if not options.as_json else Output("zh", console=Console(file=io.StringIO()))
    async with Actors(replace(options, as_json=False), everyone, out.known) as actors:
        yield actors, everyone, Teller(out, pauses=not (fast or options.as_json))


@command(
    demo,
    "seal",
    "逐步讲述一份用章申请的经过：没有代码的流程",
    "Tells the story of a seal that is used, by a process without code",
    identified=False,
)
async def seal(session: Session, fast: Fast = False) -> None:
    async with told(session, fast) as (actors, everyone, teller):
        story = SealStory(actors, everyone, teller)
        await story.tell()
        if session.options.as_json:
            session.out.json({"document": plain(story.document)})


@command(
    demo,
    "customer",
    "逐步讲述一家客户转正的经过",
    "Tells the story of a customer that becomes formal",
    identified=False,
)
async def customer(session: Session, fast: Fast = False) -> None:
    async with told(session, fast) as (actors, everyone, teller):
        story = CustomerStory(actors, everyone, teller)
        await story.tell()
        if session.options.as_json:
            session.out.json({"onboarding": plain(story.onboarding), "customer": plain(story.customer)})


@command(
    demo,
    "activity",
    "逐步讲述一次市场活动的经过：从申请到报销、关闭",
    "Tells the story of a marketing activity, from the request to the last claim",
    identified=False,
)
async def activity(session: Session, fast: Fast = False) -> None:
    async with told(session, fast) as (actors, everyone, teller):
        story = ActivityStory(actors, everyone, teller)
        await story.tell()
        if session.options.as_json:
            session.out.json({"activity": plain(story.activity)})


@command(
    demo, "claim", "逐步讲述一张报销单的经过", "Tells the story of one claim, step by step", identified=False
)
async def claim(session: Session, fast: Fast = False) -> None:
    async with told(session, fast) as (actors, everyone, teller):
        story = Story(actors, everyone, teller)
        await story.tell()
        if session.options.as_json:
            session.out.json({"claim": plain(story.claim), "places": await story.look.places(story.claim)})
