from __future__ import annotations

import socket

import pytest

from chassis.launcher.ports import free_ports, is_free, planned, refuse_taken
from chassis.launcher.refusals import PortBaseOutOfRange, PortInUse


def test_ports_follow_each_other_from_the_base() -> None:
    assert planned(["approval", "expense"], 18000) == {
        "postgres": 18000,
        "nats": 18001,
        "temporal": 18002,
        "temporal-ui": 18003,
        "approval": 18010,
        "expense": 18011,
    }


def test_base_zero_takes_different_free_ports() -> None:
    ports = planned(["approval"], 0)
    assert len(set(ports.values())) == len(ports) == 5
    assert all(map(is_free, ports.values()))


@pytest.mark.parametrize("base", [-1, 80, 65001])
def test_a_base_out_of_range_is_refused(base: int) -> None:
    with pytest.raises(PortBaseOutOfRange):
        planned([], base)


async def test_a_taken_port_is_refused_with_the_name_of_its_part() -> None:
    free, taken = free_ports(2)
    ports = {"postgres": free, "nats": taken}
    with (
        socket.create_server(("127.0.0.1", taken)),
        pytest.raises(PortInUse, match=rf"port {taken} of nats is in use"),
    ):
        await refuse_taken(ports)
    await refuse_taken(ports)
