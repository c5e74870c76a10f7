"""`python -m bench`: what `make bench` runs."""

from __future__ import annotations

import json
import sys

from bench.command import kept, run, shown, written_to
from bench.plan import parsed
from bench.report import as_json, tables
from bench.run import figures


def main() -> None:
    plan = parsed(sys.argv[1:])
    found = run(lambda tell: figures(plan, tell))
    if str(plan.json) != "-":
        shown(tables(found))
    if plan.json is not None:
        written_to(plan.json, json.dumps(as_json(found), ensure_ascii=False, indent=2))
    kept(tables(found), plan.markdown)


if __name__ == "__main__":
    main()
