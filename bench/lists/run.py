"""From an installation that runs to figures of its lists: filled, left to take in who there is, asked."""

from __future__ import annotations

import asyncio
import os
from typing import Final

from bench.accounting import Accounts
from bench.command import Tell
from bench.installation import Installation
from bench.lists.fill import fill
from bench.lists.measure import Lists, Load, Measured
from bench.lists.world import World
from cli.session import Options

# The service looks at the directory anew so often; until then the people have no names.
NAMES_AFTER: Final = 20.0  # seconds


async def long_lists(
    installation: Installation, world: World, items: int, load: Load, tell: Tell
) -> Measured:
    """How quick pages are with so many work items in the lists of the world's people, who become the directory."""
    database = installation.database("approval")
    tell(f"{items:,} work items of {len(world.people):,} people")
    await fill(database, world, items)
    await asyncio.sleep(NAMES_AFTER)
    tell("asking for pages")
    accounts = Accounts(installation.pid, {"driver": os.getpid()})
    return await Lists(Options(home=installation.home), world, database, accounts).measure(load)
