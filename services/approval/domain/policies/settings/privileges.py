"""What people may do with the items of a step, beyond deciding them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Privilege(StrEnum):
    """An act that a policy may withhold from those who have the step's items. Administrators keep theirs."""

    RELEASE = "release"
    TRANSFER = "transfer"
    DELEGATE = "delegate"
    ADD_SIGNER = "add_signer"
    ASK = "ask"
    SUSPEND = "suspend"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class Privileges:
    withheld: tuple[Privilege, ...] = ()


USUAL_PRIVILEGES: Final = Privileges()
