"""Posts come from our own pages only: browsers say where a post was made, and each carries its session's secret."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Final

from kernel.errors import PermissionDenied

FIELD: Final = "_csrf"
HEADER: Final = "x-csrf-token"
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class NotFromOurPage(PermissionDenied):
    zh = "此操作不是从本系统的页面发出的，未予执行；请刷新页面后重试"
    en = "This did not come from a page of ours and was not done; reload the page and try again"


def refuse_strangers(method: str, headers: Mapping[str, str], address: str) -> None:
    """Raises NotFromOurPage for a write that a browser says was made elsewhere. `address` is our own, `https://…`."""
    if method in SAFE:
        return
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site not in (None, "same-origin") or (origin is not None and origin != address):
        raise NotFromOurPage
    if site is None and origin is None:
        # Every browser of the last years says at least one of them with a post.
        raise NotFromOurPage


def refuse_forged(given: str, secret: str) -> None:
    """Raises NotFromOurPage unless it is the session's own."""
    if not given or not secrets.compare_digest(given.encode(), secret.encode()):
        raise NotFromOurPage
