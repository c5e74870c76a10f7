"""Who acts: a login or a Chinese name becomes a token of the local issuer, with the roles that the directory gives."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from cli.refusals import NoIssuer, SayWhoActs, SeveralPeople, UnknownPerson
from cli.session import Caller, Session
from kernel.errors import Code, Refusal
from reading.names import bare
from zhupi.approval.v1.directory_pb2 import GetPersonRequest, ListPeopleRequest, Person
from zhupi.approval.v1.directory_pb2_grpc import DirectoryServiceStub

LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{0,99}")
DEVICE: Final = f"zhupi-cli@{platform.node()}"
# Who asks the directory for a person who is known by name only: nobody in particular, without any role.
NOBODY: Final = "zhupi-cli"


async def caller(session: Session) -> Caller:
    """Who `--as` names. Raises SayWhoActs, UnknownPerson, SeveralPeople, NoIssuer."""
    given = os.environ.get("ZHUPI_TOKEN", "")
    if given and not session.options.who:
        return Caller("", given)
    who = bare(session.options.who or os.environ.get("ZHUPI_AS", ""))
    if not who:
        raise SayWhoActs
    session.addresses()  # where nothing runs, that is what should be said
    roles = session.options.roles
    if roles is None:
        person = await find_person(session, who)
        who, roles = bare(person.name), tuple(person.roles)
    return Caller(who, signed(session.options.home, who, roles), roles)


def signed(home: Path, login: str, roles: Iterable[str] = ()) -> str:
    """A token of the local issuer. Raises NoIssuer."""
    # Whoever brings a token of their own does not wait for what signs one.
    from chassis.security.local_issuer import person_token

    try:
        return person_token(home, login, roles, device=DEVICE)
    except (FileNotFoundError, PermissionError) as error:
        raise NoIssuer(home=home) from error


async def find_person(session: Session, who: str) -> Person:
    """The one person with this login or name. Raises UnknownPerson, SeveralPeople."""
    token = session.caller.token or signed(session.options.home, who if LOGIN.fullmatch(who) else NOBODY)
    directory = session.stub(DirectoryServiceStub, token=token)
    if LOGIN.fullmatch(who):
        try:
            return await directory.GetPerson(GetPersonRequest(name=f"people/{who}"))
        except Refusal as refusal:
            if refusal.code is Code.NOT_FOUND:
                raise UnknownPerson(who=who) from refusal
            raise
    listed = await directory.ListPeople(ListPeopleRequest(query=who))
    found = [person for person in listed.people if person.display_name == who]
    if not found:
        raise UnknownPerson(who=who)
    if len(found) > 1:
        raise SeveralPeople(who=who, logins=", ".join(bare(person.name) for person in found))
    return found[0]
