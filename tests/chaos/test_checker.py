"""The checker finds nothing where every promise was kept, and names each broken one: a check that cannot fail proves nothing."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest

from tests.chaos.checker.checking import counted, findings
from tests.chaos.tampering import WAYS, Tamper
from tests.chaos.walk import Walked

FOREIGN = ("kernel", "chassis", "services", "workflows", "cli", "demo", "zhupi", "sqlalchemy", "grpc")


def test_a_sound_state_has_no_findings_and_was_looked_at(sample: Walked) -> None:
    assert findings(sample.state) == []
    assert all(counted(sample.state).values())


@pytest.mark.parametrize(("promise", "way"), WAYS, ids=[way.__name__ for _, way in WAYS])
def test_a_broken_promise_is_named(sample: Walked, promise: str, way: Tamper) -> None:
    state = pickle.loads(pickle.dumps(sample.state))  # a quicker copy

    way(state)

    assert promise in {finding.promise for finding in findings(state)}


def test_the_checker_shares_no_code_with_what_it_checks() -> None:
    script = (
        "import sys; import tests.chaos.checker.checking; "
        f"print(sorted(set({FOREIGN}) & {{name.partition('.')[0] for name in sys.modules}}))"
    )
    assert subprocess.check_output((sys.executable, "-c", script), text=True) == "[]\n"
