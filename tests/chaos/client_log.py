"""The clients' own log: what was asked, what was acknowledged, what was done to the system. One JSON object a line.

A line is on disk before anything follows from it. Kinds, beside `at`:
  script        number, shape, title          what one client is about to do
  asked         request_id, who, method, script, request
  acknowledged  request_id, answer
  refused       request_id, code, reason      an answer too: the write has not been done
  expects       script, document, state       how the document has to end, after all that was acknowledged
  surprise      script, what                  an answer that nobody may get
  act           what, …                       done by the tormentor
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any


class ClientLog:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.surprises = 0
        self._file = path.open("a", encoding="utf-8")

    def __enter__(self) -> ClientLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def write(self, kind: str, **said: Any) -> None:
        self.surprises += kind == "surprise"
        entry = {"at": datetime.now(UTC).isoformat(), "kind": kind, **said}
        self._file.write(json.dumps(entry, ensure_ascii=False) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())
