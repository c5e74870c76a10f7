"""gRPC takes any option and says nothing of one that it does not know."""

from __future__ import annotations

from pathlib import Path

import pytest
from grpc._cython import cygrpc

from chassis.rpc import client, server

KNOWN = Path(cygrpc.__file__).read_bytes()


@pytest.mark.parametrize("option", sorted({name for name, _ in (*client.OPTIONS, *server.OPTIONS)}))
def test_every_option_that_we_give_grpc_is_one_that_it_knows(option: str) -> None:
    # A misspelt one let servers hang up on whoever watched an inbox in which nothing happened for two minutes.
    assert option.encode() in KNOWN
