"""What cases are about, whatever it is: claims, and onboardings of customers."""

from __future__ import annotations

from dataclasses import dataclass

from tests.chaos.checker.state import Row, State


@dataclass(frozen=True)
class Document:
    """`name` is the resource's; `case_open`, `version` and `state` as its owner keeps them."""

    name: str
    title: str
    author: str
    state: str
    case_open: bool
    version: int


def documents(state: State) -> list[Document]:
    claims = (
        _document("claims", claim, claim["title"], claim["claimant"]) for claim in state.expense["claims"]
    )
    onboardings = (
        _document("onboardings", one, one["display_name"], one["requester"])
        for one in state.customer["onboardings"]
    )
    return [*claims, *onboardings]


def _document(collection: str, row: Row, title: str, author: str) -> Document:
    name = f"{collection}/{row['number']}"
    return Document(name, title, author, row["state"], row["case_open"], row["version"])
