"""Runs many scripts side by side, some at a time, and logs how each claim has to end."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from random import Random
from typing import Final

from demo.group import Person
from tests.chaos.desk import Desk
from tests.chaos.erp_switch import ErpSwitch
from tests.chaos.people import Client, People, Refused
from tests.chaos.scripts import SHAPES, Script, Shape
from zhupi.expense.v1.claim_pb2 import Claim

AT_ONCE: Final = 16


class Driver:
    """`ended` counts the scripts that have, by shape."""

    def __init__(self, people: People, erp: ErpSwitch, seed: int, claims: int) -> None:
        self._people, self._erp = people, erp
        self.seed, self.claims = seed, claims
        self.ended: Counter[str] = Counter()
        self.open: dict[int, str] = {}
        self.one_ended = asyncio.Event()

    async def run(self) -> None:
        """Until all have ended. A script that was surprised has ended too: its claim is whatever it is."""
        some = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as tasks:
            for number, shape in enumerate(islice(self._shapes(), self.claims), 1):
                await some.acquire()
                task = tasks.create_task(self._run(number, shape))
                task.add_done_callback(lambda _: some.release())

    def _shapes(self) -> Iterator[Shape]:
        """Each shape once, then each as often as its weight says, in an order of this seed."""
        chance = Random(f"{self.seed}/shapes")
        shapes = [shape for shape, _ in SHAPES]
        while True:
            chance.shuffle(shapes)
            yield from shapes
            shapes = [shape for shape, weight in SHAPES for _ in range(weight)]

    async def _run(self, number: int, shape: Shape) -> None:
        log, title = self._people.log, f"混沌 {self.seed}/{number}"
        self.open[number] = shape.__name__
        log.write("script", number=number, shape=shape.__name__, title=title)
        client = Client(self._people, number, Random(f"{self.seed}/{number}"))
        claimants = [p for p in self._people.group.people if p.post == "medical-representative"]
        claimant = claimants[number % len(claimants)]
        desk = Desk(client, claimant.login)
        try:
            script = Script(desk, self._erp, title, self._colleagues(claimant))
            ending = await shape(script)
            log.write("expects", script=number, claim=desk.claim.name, state=Claim.State.Name(ending))
        except Refused:
            pass  # a surprise, and logged as one
        finally:
            del self.open[number]
            self.ended[shape.__name__] += 1
            self.one_ended.set()

    def _colleagues(self, claimant: Person) -> list[str]:
        return [p.login for p in self._people.group.people if p.organisation == claimant.organisation]
