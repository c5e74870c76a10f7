"""What services tell each other is written down as they tell it."""

from __future__ import annotations

import subprocess
import sys

from chassis.project import PROJECT
from tests.builders.protos import files

PAGE = PROJECT / "docs" / "events.md"


def test_the_page_of_events_says_what_the_protos_say() -> None:
    script = (
        "import sys; sys.path.insert(0, 'protos'); import events_page; print(events_page.render(), end='')"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, check=True, capture_output=True, text=True
    )
    assert PAGE.read_text("utf-8") == said.stdout, "run: python protos/events_page.py"


def test_every_event_is_a_message_of_its_own_service() -> None:
    page = PAGE.read_text("utf-8")
    told = [
        m.full_name
        for f in files()
        if f.name.endswith("/events.proto")
        for m in f.message_types_by_name.values()
    ]
    assert told
    assert all(f"`{name}`" in page for name in told)
