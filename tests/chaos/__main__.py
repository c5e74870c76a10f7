"""Walk seeds by hand: python -m tests.chaos --claims 200 --seed 1 --seed 2 (what `make chaos` does, without pytest)."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.chaos.summary import summary
from tests.chaos.walk import Walk, walked


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, action="append", default=[])
    parser.add_argument("--claims", type=int, default=200)
    parser.add_argument("--onboardings", type=int, default=40)
    parser.add_argument(
        "--most", type=int, help="at most so many acts, by default one a document; 0: nothing is harmed"
    )
    parser.add_argument("--folder", type=Path, default=None, help="where home and log are kept")
    given = parser.parse_args()
    failed, documents = 0, given.claims + given.onboardings
    for seed in given.seed or [1]:
        folder = Path(tempfile.mkdtemp(prefix=f"zhupi-chaos-{seed}-", dir=given.folder))
        folder.chmod(0o711)  # PostgreSQL of a root session runs as somebody else
        print(f"seed {seed} in {folder}", flush=True)
        done = asyncio.run(
            walked(
                Walk(seed, given.claims, given.onboardings, documents if given.most is None else given.most),
                folder,
                lambda line: print(line, flush=True),
            )
        )
        print(summary(seed, done), flush=True)
        failed += bool(done.findings)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
