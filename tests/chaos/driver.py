"""Runs many scripts side by side, some at a time, and logs how each document has to end."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from random import Random
from typing import Final

from demo.group import Person
from tests.chaos.erp_switch import ErpSwitch
from tests.chaos.people import Client, People, Refused
from tests.chaos.processes import CLAIMS, ONBOARDINGS, Process
from tests.chaos.scripts import Shape

AT_ONCE: Final = 16


class Driver:
    """`ended` counts the scripts that have, by shape."""

    def __init__(self, people: People, erp: ErpSwitch, seed: int, claims: int, onboardings: int) -> None:
        self._people, self._erp = people, erp
        self.seed, self.wanted = seed, ((CLAIMS, claims), (ONBOARDINGS, onboardings))
        self.ended: Counter[str] = Counter()
        self.open: dict[int, str] = {}
        self.one_ended = asyncio.Event()

    @property
    def scripts(self) -> int:
        return sum(many for _, many in self.wanted)

    async def run(self) -> None:
        """Until all have ended. A script that was surprised has ended too: its document is whatever it is."""
        some = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as tasks:
            for number, (process, shape) in enumerate(self._scripts(), 1):
                await some.acquire()
                task = tasks.create_task(self._run(number, process, shape))
                task.add_done_callback(lambda _: some.release())

    def _scripts(self) -> Iterator[tuple[Process, Shape]]:
        """As many of each process as are wanted, each process spread over the whole time."""
        places = [
            (place / many, process, shape)
            for process, many in self.wanted
            for place, shape in enumerate(islice(process.shapes_of(self.seed), many))
        ]
        for _, process, shape in sorted(places, key=lambda place: place[0]):
            yield process, shape

    async def _run(self, number: int, process: Process, shape: Shape) -> None:
        log, title, name = self._people.log, process.title(self.seed, number), process.name_of(shape)
        self.open[number] = name
        log.write("script", number=number, shape=name, title=title)
        client = Client(self._people, number, Random(f"{self.seed}/{number}"))
        authors = [p for p in self._people.group.people if p.post == "medical-representative"]
        author = authors[number % len(authors)]
        desk = process.desk(client, author.login)
        try:
            ending = await shape(process.script(desk, self._erp, title, self._colleagues(author)))
            log.write("expects", script=number, document=desk.document.name, state=process.states(ending))
        except Refused:
            pass  # a surprise, and logged as one
        finally:
            del self.open[number]
            self.ended[name] += 1
            self.one_ended.set()

    def _colleagues(self, author: Person) -> list[str]:
        return [p.login for p in self._people.group.people if p.organisation == author.organisation]
