"""Style, scripts and icons: served under the hash of what is in them, so that browsers ask once."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FOLDER: Final = Path(__file__).resolve().parents[1] / "assets"
# One style sheet from several, in this order; everything else is one file.
LOOK: Final = ("tokens", "base", "shell", "list", "document", "route", "acts", "issuer", "phone")
TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FOR_EVER: Final = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}


@dataclass(frozen=True, slots=True)
class Asset:
    content: bytes
    packed: bytes
    kind: str


class Assets:
    def __init__(self, folder: Path = FOLDER) -> None:
        found = {
            path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.*"))
        }
        look = b"\n".join(found.pop(f"look/{part}.css") for part in LOOK)
        found["look.css"] = look
        self._addresses: dict[str, str] = {}
        self._assets: dict[str, Asset] = {}
        for name, content in found.items():
            path = Path(name)
            if path.suffix in TYPES:
                stamped = f"{path.with_suffix('')}.{hashlib.sha256(content).hexdigest()[:12]}{path.suffix}"
                self._addresses[name] = f"/assets/{stamped}"
                self._assets[stamped] = Asset(content, gzip.compress(content, 9, mtime=0), TYPES[path.suffix])

    @property
    def route(self) -> Route:
        return Route("/assets/{name:path}", self.answer)

    def address(self, name: str) -> str:
        """Where `look.css` is found. Raises KeyError."""
        return self._addresses[name]

    async def answer(self, request: Request) -> Response:
        asset = self._assets.get(request.path_params["name"])
        if asset is None:
            return Response(status_code=404)
        headers = dict(FOR_EVER)
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
            return Response(asset.packed, headers=headers, media_type=asset.kind)
        return Response(asset.content, headers=headers, media_type=asset.kind)
