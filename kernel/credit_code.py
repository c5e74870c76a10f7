"""The unified social credit code (统一社会信用代码, GB 32100-2015) of an organisation: what makes one, and what is wrong with others.

18 characters: who registered it and what it is (2), where (6), the organisation's own code with its check (9, GB 11714),
and a check of all that. Of the 31 letters and digits, 31 being prime, any one that is wrong and any two neighbours that
have changed places are found.
"""

from __future__ import annotations

import re
from typing import Final
from unicodedata import normalize

from kernel.errors import InvalidArgument

LENGTH: Final = 18
# Without I, O, Z, S and V, which look like 1, 0, 2, 5 and U.
ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES: Final = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(LENGTH - 1))
# The organisation's own code counts letters as GB 11714 does: A is 10, also behind the ones left out here.
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION: Final = slice(8, 17)
_SEPARATORS: Final = re.compile(r"[\s\-\u2010-\u2015]+")


class CreditCodeLength(InvalidArgument):
    zh = "统一社会信用代码须为 18 位，此处为 {length} 位"
    en = "A unified social credit code has 18 characters, this one has {length}"


class CreditCodeCharacter(InvalidArgument):
    zh = "统一社会信用代码第 {position} 位“{character}”不可用：须为数字或大写字母，且不含 I、O、S、V、Z"
    en = "Character {position} of the credit code, {character!r}, cannot stand there: digits and letters but for I, O, S, V, Z"


class CreditCodeDivision(InvalidArgument):
    zh = "统一社会信用代码第 3 至 8 位须为行政区划的数字"
    en = "Characters 3 to 8 of the credit code are the digits of where it was registered"


class CreditCodeChecksum(InvalidArgument):
    zh = "统一社会信用代码校验位不符，请核对 {code}"
    en = "The check character of the credit code does not fit; look at {code} again"


class CreditCodeOrganisation(InvalidArgument):
    zh = "统一社会信用代码第 9 至 17 位（主体标识码）校验位不符，请核对 {code}"
    en = "The check character of the organisation's code inside the credit code (9 to 17) does not fit; look at {code} again"


def credit_code(written: str) -> str:
    """The code in its one form, however it was written: full-width, in small letters, in groups.

    Raises CreditCodeLength, CreditCodeCharacter, CreditCodeDivision, CreditCodeChecksum, CreditCodeOrganisation.
    """
    code = as_written(written)
    if len(code) != LENGTH:
        raise CreditCodeLength(length=len(code))
    for position, character in enumerate(code, start=1):
        if character not in _VALUES:
            raise CreditCodeCharacter(position=position, character=character)
    if not code[2:8].isdecimal():
        raise CreditCodeDivision
    if code[-1] != check_character(code[:-1]):
        raise CreditCodeChecksum(code=code)
    own = code[_ORGANISATION]
    if own[-1] != organisation_check(own[:-1]):
        raise CreditCodeOrganisation(code=code)
    return code


def as_written(text: str) -> str:
    """In capitals, narrow and without separators; nothing is checked."""
    return _SEPARATORS.sub("", normalize("NFKC", text).upper())


def made_of(registered: str, division: str, organisation: str) -> str:
    """A code with its two checks: `made_of("91", "410100", "MA3X0001")`.

    `registered`: registering department and kind, 2 characters; `division`: 6 digits; `organisation`: 8 characters.
    """
    before = f"{registered}{division}{organisation}{organisation_check(organisation)}"
    return before + check_character(before)


def check_character(before: str) -> str:
    """What stands behind the first 17 characters."""
    return ALPHABET[
        -sum(_VALUES[one] * weight for one, weight in zip(before, _WEIGHTS, strict=True)) % len(ALPHABET)
    ]


def organisation_check(before: str) -> str:
    """What stands behind the first 8 characters of an organisation's own code: a digit, or X for ten."""
    total = sum(int(one, 36) * weight for one, weight in zip(before, _ORGANISATION_WEIGHTS, strict=True))
    check = -total % 11
    return "X" if check == 10 else str(check)
