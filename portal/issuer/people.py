"""Whom one can be: the directory's people, by what they do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kernel.text import Text
from portal.services import channels
from portal.services.channels import Services
from portal.words.catalogue import word
from reading.names import bare
from zhupi.approval.v1.directory_pb2 import GetPersonRequest, ListPeopleRequest, Person
from zhupi.approval.v1.directory_pb2_grpc import DirectoryServiceStub

PAGE = 200


@dataclass(frozen=True, slots=True)
class Section:
    title: Text
    people: tuple[Person, ...]


class People:
    """The directory, asked by nobody in particular, with `token`."""

    def __init__(self, services: Services, token: str) -> None:
        self._directory = services.stub(DirectoryServiceStub)
        self._token = token

    async def found(self, query: str) -> list[Person]:
        """Everybody, or whom a name, its pinyin or its initials find."""
        channels.token.set(self._token)
        people: list[Person] = []
        page = ""
        while True:
            asked = ListPeopleRequest(query=query, page_size=PAGE, page_token=page)
            answer = await self._directory.ListPeople(asked)
            people += [person for person in answer.people if person.active]
            page = answer.next_page_token
            if not page:
                return people

    async def one(self, login: str) -> Person:
        """Raises Refusal with NOT_FOUND."""
        channels.token.set(self._token)
        return await self._directory.GetPerson(GetPersonRequest(name=f"people/{login}"))


def sections(people: Sequence[Person]) -> list[Section]:
    """Those who run the house, those who decide for an organisation, and everybody else."""
    parts: Iterable[tuple[Text, list[Person]]] = (
        (word("issuer.offices"), [person for person in people if person.roles]),
        (word("issuer.heads"), [person for person in people if not person.roles and person.responsible_for]),
        (
            word("issuer.everybody"),
            [person for person in people if not person.roles and not person.responsible_for],
        ),
    )
    return [Section(title, tuple(sorted(found, key=_order))) for title, found in parts if found]


def _order(person: Person) -> tuple[int, str]:
    return -len(person.responsible_for), bare(person.name)
