"""The checker finds nothing where every promise was kept, and names each broken one: a check that cannot fail proves nothing."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest

from tests.chaos import tampering, tampering_customers
from tests.chaos.checker.checking import counted, findings, found
from tests.chaos.tampering import Tamper
from tests.chaos.walk import Walked

WAYS = [*tampering.WAYS, *tampering_customers.WAYS]
FOREIGN = ("kernel", "chassis", "services", "workflows", "cli", "demo", "zhupi", "sqlalchemy", "grpc")


@pytest.fixture(scope="session")
def kept(sample: Walked) -> bytes:
    """What was found once all was quiet, to be copied quickly."""
    return pickle.dumps(sample.state)


def test_a_sound_state_has_no_findings_and_was_looked_at(sample: Walked) -> None:
    assert findings(sample.state) == []
    assert all(counted(sample.state).values())


@pytest.mark.parametrize(("promise", "way"), WAYS, ids=[way.__name__ for _, way in WAYS])
def test_a_broken_promise_is_named(kept: bytes, promise: str, way: Tamper) -> None:
    state = pickle.loads(kept)

    way(state)

    assert any(finding.promise == promise for finding in found(state))


def test_the_checker_shares_no_code_with_what_it_checks() -> None:
    script = (
        "import sys; import tests.chaos.checker.checking; "
        f"print(sorted(set({FOREIGN}) & {{name.partition('.')[0] for name in sys.modules}}))"
    )
    assert subprocess.check_output((sys.executable, "-c", script), text=True) == "[]\n"
