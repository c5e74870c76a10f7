"""One run of one command: who calls, over which channels, and where it writes."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, TypeVar
from uuid import UUID, uuid4, uuid5

import grpc.aio

from chassis.rpc.client import person_channel
from cli.output import Output
from cli.refusals import NoSuchService, NotRunning
from kernel.errors import Refusal
from kernel.text import Text
from reading.known import PEOPLE, Learning
from zhupi.approval.v1.directory_pb2 import GetPersonRequest, ListOrganisationsRequest
from zhupi.approval.v1.directory_pb2_grpc import DirectoryServiceStub

DEFAULT_HOME: Final = Path(".zhupi")
# Seconds for one call; whoever waits longer than this for an answer should rather ask again.
PATIENCE: Final = 30.0

Stub = TypeVar("Stub")


@dataclass(frozen=True, slots=True)
class Options:
    """What every command is told. `roles` are those of a token that is signed without asking the directory."""

    who: str = ""
    home: Path = DEFAULT_HOME
    language: str = "zh"
    as_json: bool = False
    request_id: str = ""
    roles: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """`login` is empty when a token was given from outside: only its issuer knows whose it is."""

    login: str
    token: str
    roles: tuple[str, ...] = ()


class Session:
    """A context manager: channels are opened when first used and closed at the end.

    `caller` is who acts; `request_id` the id of the write that is made, the same at every call; `pins` what must be
    given again, beside that id, to repeat the write exactly (`--etag`).
    """

    def __init__(self, options: Options, output: Output | None = None) -> None:
        self.options = options
        self.out = output or Output(options.language, as_json=options.as_json)
        self.caller = Caller("", "")
        self.pins: dict[str, str] = {}
        self.wrote = ""
        self._organisations: dict[str, Text] = {}
        self._channels: dict[tuple[str, str], grpc.aio.Channel] = {}

    async def __aenter__(self) -> Session:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for channel in self._channels.values():
            await channel.close()

    def addresses(self) -> dict[str, str]:
        """Who listens where: as ZHUPI_PEERS says, else as `zhupi up` has written it. Raises NotRunning."""
        given = os.environ.get("ZHUPI_PEERS")
        if given:
            return {str(name): str(address) for name, address in json.loads(given).items()}
        try:
            found = json.loads((self.options.home / "addresses.json").read_text("utf-8"))
        except FileNotFoundError as error:
            raise NotRunning(home=self.options.home) from error
        return {str(name): str(address) for name, address in found.items()}

    def stub(self, kind: Callable[[grpc.aio.Channel], Stub], component: str = "", *, token: str = "") -> Stub:
        """A stub of `component`, by default the one that its proto belongs to: `zhupi.expense.v1`.

        `token` is used in place of the caller's. Calls raise what the service refuses, Unavailable, DeadlineExceeded.
        Raises NotRunning, NoSuchService.
        """
        component = component or kind.__module__.split(".")[1]
        key = (component, token or self.caller.token)
        if key not in self._channels:
            address = self.addresses().get(component)
            if address is None:
                raise NoSuchService(home=self.options.home, component=component)
            # Scripts read resource names, people read names.
            learning = () if self.out.as_json else (Learning(self.out.known, self.know),)
            self._channels[key] = person_channel(
                address, key[1], peer=component, timeout=PATIENCE, around=learning
            )
        return kind(self._channels[key])

    async def know(self, resources: Iterable[str]) -> None:
        """Finds what these people and organisations are called, before they are shown."""
        if not self.out.as_json and self.caller.token:
            await self.out.known.look_up(resources, self._called)

    async def _called(self, resource: str) -> Text | None:
        """What `people/lihua` is called; None where that cannot be found out."""
        directory = self.stub(DirectoryServiceStub)
        try:
            if resource.startswith(PEOPLE):
                name = (await directory.GetPerson(GetPersonRequest(name=resource))).display_name
                return Text(name, name)
            return await self._organisation(directory, resource)
        except Refusal:
            return None

    async def _organisation(self, directory: DirectoryServiceStub, resource: str) -> Text | None:
        """All of them are asked for once: there are few, and one page tells them."""
        if not self._organisations:
            answer = await directory.ListOrganisations(ListOrganisationsRequest(page_size=200))
            self._organisations = {one.name: Text(one.title.zh, one.title.en) for one in answer.organisations}
        return self._organisations.get(resource)

    def request_id(self) -> str:
        """The id of the write that this command makes: the one given, or a new one."""
        self.wrote = self.wrote or self.options.request_id or str(uuid4())
        return self.wrote

    def derived_request_id(self, what: str) -> str:
        """The id of one more write of this command; repeating the command repeats it too."""
        return str(uuid5(UUID(self.request_id()), what))

    def pinned(self, option: str, value: str) -> str:
        """`value`, remembered as something that makes this very write."""
        self.pins[option] = value
        return value


def home_from(given: Path | None) -> Path:
    return given or Path(os.environ.get("ZHUPI_HOME") or DEFAULT_HOME)
