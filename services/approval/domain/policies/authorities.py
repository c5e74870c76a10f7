"""Authority matrices: which level somebody must hold to decide, by amount, kind of document and organisation."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.text import Text
from services.approval.domain.people.directory import CapabilityKey, OrganisationId


@dataclass(frozen=True, slots=True)
class AuthorityRow:
    """`level` is enough up to and with `up_to` fen, for documents of this `type` and in this organisation and below.

    What is left empty holds for all.
    """

    level: int
    up_to: int | None = None
    type: str = ""
    organisation: OrganisationId = ""

    @property
    def is_last(self) -> bool:
        """Whether nothing can come behind it."""
        return self.up_to is None and not self.type and not self.organisation


@dataclass(frozen=True, slots=True)
class Authority:
    """The first row that fits says which level is needed.

    `amount` and `type` name facts. Who holds which level stands in the directory: in a `capability`, whose value is the
    level, or in `grades` from the lowest to the highest, the first of which is level 1.
    """

    name: str
    title: Text
    rows: tuple[AuthorityRow, ...]
    amount: str = ""
    type: str = ""
    capability: CapabilityKey = ""
    grades: tuple[str, ...] = ()
