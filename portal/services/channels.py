"""One channel a service for everybody; whose token goes along, the request says."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import Final, TypeVar

import grpc.aio

from chassis.rpc.client import UnknownPeer, person_channel
from kernel.errors import Refusal
from kernel.text import Text
from portal.settings import PortalSettings
from reading.known import PEOPLE, Known, Learning
from zhupi.approval.v1.directory_pb2 import GetPersonRequest, ListOrganisationsRequest
from zhupi.approval.v1.directory_pb2_grpc import DirectoryServiceStub

# Nobody looks at an empty page for longer.
PATIENCE: Final = 10.0
# What people are called is asked again after so many seconds.
NAMES_HOLD: Final = 600.0
# The token of whoever's request is being answered.
token: ContextVar[str] = ContextVar("token", default="")

Stub = TypeVar("Stub")


class Services:
    """A context manager; a channel is opened when first used, so that nobody waits for a service they do not call."""

    def __init__(self, settings: PortalSettings, *, now: Callable[[], float] = time.monotonic) -> None:
        self._peers = settings.peers
        self._channels: dict[str, grpc.aio.Channel] = {}
        self._now = now
        self._known, self._known_since = Known(), now()
        self._organisations: dict[str, Text] = {}

    @property
    def known(self) -> Known:
        """What people and organisations are called, as far as answers have told."""
        return self._known

    async def close(self) -> None:
        for channel in self._channels.values():
            await channel.close()

    def stub(self, kind: Callable[[grpc.aio.Channel], Stub]) -> Stub:
        """A stub of the component that its proto belongs to. Calls raise what the service refuses, Unavailable,
        DeadlineExceeded. Raises UnknownPeer."""
        return self.stub_of(kind.__module__.split(".")[1], kind)

    def stub_of(self, component: str, kind: Callable[[grpc.aio.Channel], Stub]) -> Stub:
        """Likewise, of what several components serve."""
        self._forget_names()
        if component not in self._channels:
            address = self._peers.get(component)
            if address is None:
                raise UnknownPeer(component)
            self._channels[component] = person_channel(
                address,
                token.get,
                peer=component,
                timeout=PATIENCE,
                around=(Learning(_Now(self), self.know),),
            )
        return kind(self._channels[component])

    async def know(self, resources: Iterable[str]) -> None:
        """Finds what these people and organisations are called."""
        await self._known.look_up(resources, self._called)

    async def _called(self, resource: str) -> Text | None:
        directory = self.stub(DirectoryServiceStub)
        try:
            if resource.startswith(PEOPLE):
                name = (await directory.GetPerson(GetPersonRequest(name=resource))).display_name
                return Text(name, name)
            if not self._organisations:
                answer = await directory.ListOrganisations(ListOrganisationsRequest(page_size=200))
                self._organisations = {
                    one.name: Text(one.title.zh, one.title.en) for one in answer.organisations
                }
            return self._organisations.get(resource)
        except Refusal:
            return None

    def _forget_names(self) -> None:
        if self._now() - self._known_since > NAMES_HOLD:
            self._known, self._known_since, self._organisations = Known(), self._now(), {}


class _Now(Known):
    """Names are learned into whatever is known now."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def learn(self, resource: str, name: Text) -> None:
        self._services.known.learn(resource, name)
