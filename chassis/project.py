"""Where the project's own files are: migrations, policies, the lock."""

from __future__ import annotations

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
