"""Which organisation is meant: by its key, or by what it is called."""

from __future__ import annotations

import re
from typing import Final

from cli.names import resource
from cli.paging import listed
from cli.refusals import SeveralOrganisations, UnknownOrganisation
from cli.session import Session
from reading.names import bare
from zhupi.approval.v1.directory_pb2 import ListOrganisationsRequest
from zhupi.approval.v1.directory_pb2_grpc import DirectoryServiceStub

COLLECTION: Final = "organisations"
KEY: Final = re.compile(r"(organisations/)?[a-z0-9][a-z0-9-]*", re.ASCII)


async def find_organisation(session: Session, given: str) -> str:
    """`organisations/henan` from `henan` or 河南办事处; empty for nothing. Whether there is one of that key, the service says.

    Raises UnknownOrganisation, SeveralOrganisations.
    """
    if not given or KEY.fullmatch(given):
        return resource(COLLECTION, given) if given else ""
    rpc = session.stub(DirectoryServiceStub).ListOrganisations
    known = await listed(session, rpc, ListOrganisationsRequest(), COLLECTION)
    called = [one.name for one in known if given in (one.title.zh, one.title.en)]
    if not called:
        raise UnknownOrganisation(given=given)
    if len(called) > 1:
        raise SeveralOrganisations(given=given, keys=", ".join(map(bare, called)))
    return str(called[0])
