"""What a name says: where, who, what kind of place, which branch of it, in which legal form.

河南省郑州市仁和堂大药房有限公司（二七路店） is 仁和堂, a 大药房 in 郑州, its branch 二七路. Only what is left when everything
else is taken away tells one from another; where and which branch tell apart what is called the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from unicodedata import normalize

from services.customer.domain.regions import CITIES, PROVINCE_OF

_LEGAL: Final = re.compile(
    "(股份有限责任公司|有限责任公司|股份有限公司|集团有限公司|有限公司|股份公司|公司|集团|合伙企业|普通合伙|有限合伙|个体工商户)+$"
)
_SPACES: Final = re.compile(r"[\s·.,，。、\-_—–'\"“”‘’]+")
_IN_BRACKETS: Final = re.compile(r"[(\[【〔<《]([^)\]】〕>》]*)[)\]】〕>》]")
# 二七路店, 第三分店, 洛阳分公司, 东院区, 12号店; the name before it stays at least two characters long.
_BRANCH: Final = re.compile(
    r"(?<=店|房|司|院|堂|业)(第?[0-9一二三四五六七八九十百]+号?(分?店|分公司|门店|连锁店|部|门市部)"
    r"|[^店房司院堂]{1,8}(分店|分公司|分院|门店|加盟店|连锁店|院区|路店|街店|巷店|村店|镇店|(?<!药)店))$"
)
_ORDINAL: Final = re.compile(
    r"第?([0-9]+|[一二三四五六七八九十百]+)(?=(附属|人民|中医|医院|分店|分公司|店|门诊|药店|药房|卫生|门市|号|院))"
)
# 区 and 市 end many words that are no place: 恩康社区卫生服务中心 is not in the county of 恩康社. 沙市区 is a county, 沙市 is none.
_COUNTY: Final = re.compile(
    r"^([\u4e00-\u9fff]{1,10}?(?:自治[县旗]|[左右]翼[前后中]?旗)|(?:高新技术产业|经济技术)开发区"
    r"|[\u4e00-\u9fff]{1,4}?(?:县|(?<![社小院校街厂景库])区|(?<![超门城都夜])市(?![区市])|(?<!红)旗))"
    r"(?!医院|中心)(?=[\u4e00-\u9fff]{2})"
)
# 故乡大药房 is no town's.
_TOWN: Final = re.compile(
    r"^([\u4e00-\u9fff]{1,4}?)(街道|(?<![市城重])镇|(?<![故家老水梦同思归他异城])乡)(?:(?<=街道)(?:办事处|办))?"
)
_PROVINCE_SUFFIX: Final = "(?:壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区|省|市)?"
_CITY_SUFFIX: Final = "(?:市|地区|盟|[\u4e00-\u9fff]{0,8}?自治州|州)?"
_PROVINCE: Final = re.compile(f"^({'|'.join(sorted(CITIES, key=len, reverse=True))}){_PROVINCE_SUFFIX}")
_TWICE: Final = re.compile("^(北京|天津|上海|重庆)市(?=\\1)")
_CITY: Final = re.compile(
    f"^({'|'.join(sorted(PROVINCE_OF, key=len, reverse=True))})(?![区县]){_CITY_SUFFIX}"
)
# What kind of place it is, the longest first: many share it, so it says little about which one it is.
TRADES: Final = (
    "社区卫生服务中心 社区卫生服务站 卫生服务站 社区医院 乡镇卫生院 中心卫生院 卫生院 卫生室 卫生所 卫生服务中心 妇幼保健院 门诊部 诊所 门诊 中医馆 国医馆 "
    "医科大学附属医院 附属医院 中西医结合医院 中医医院 中医院 人民医院 中心医院 医院 "
    "医药连锁 大药房连锁 药房连锁 药店连锁 零售连锁 连锁大药房 连锁药店 连锁 大药房 药房 药店 药行 药堂 药局 药品超市 医药超市 "
    "医药有限 医药贸易 医药物流 医药商业 医药集团 医药销售 医药科技 医药 药业集团 药业 药品 制药厂 制药 药材 医疗器械 医疗科技 医疗 "
    "生物科技 生物制药 生物医药 健康科技 健康管理 健康 科技 商贸 贸易 批发 零售 销售 配送 物流 经营部 门市部 商行"
)
_TRADE: Final = re.compile("|".join(sorted(TRADES.split(), key=len, reverse=True)))
_DIGITS: Final = {character: str(value) for value, character in enumerate("〇一二三四五六七八九")}
LEAST: Final = 2  # characters that are left as a name of its own


@dataclass(frozen=True, slots=True)
class Name:
    """A name taken apart. Everything is in small letters, narrow, without spaces; empty where the name says nothing of it.

    `own` is what only this one is called, never empty but for an empty name; `trade` what kind of place it is.
    """

    own: str
    trade: str = ""
    province: str = ""
    city: str = ""
    county: str = ""
    town: str = ""
    branch: str = ""
    ordinal: str = ""

    @property
    def whole(self) -> str:
        return self.own + self.trade

    @property
    def place(self) -> str:
        """The city, or else the province; empty where it says neither."""
        return self.city or self.province


def place_of(written: str) -> str:
    """A city or province of an address as names have it: 郑州."""
    return written.strip().removesuffix("市").removesuffix("省")


def province_of(province: str, city: str = "") -> str:
    """Of an address, as names have it: 河南, 内蒙古; empty where neither says it."""
    found = _PROVINCE.match(province.strip())
    return found[1] if found else PROVINCE_OF.get(place_of(city), "")


@lru_cache(maxsize=65_536)
def taken_apart(name: str) -> Name:
    text = normalize("NFKC", name).casefold()
    places: list[str] = []
    branches: list[str] = []
    for inside in _IN_BRACKETS.findall(text):
        words = _SPACES.sub("", inside)
        (places if _is_place(words) else branches).append(words)
    text = _SPACES.sub("", _IN_BRACKETS.sub("", text))
    text, branch = _cut(_BRANCH, text)
    text = _cut(_LEGAL, text)[0]
    text, province, city, county = _without_place(text)
    text, town = _without_town(text)
    for place in places:
        _, inner_province, inner_city, _ = _without_place(place + "某某")
        province, city = province or inner_province, city or inner_city
    ordinal = _ORDINAL.search(text)
    trade = "".join(_TRADE.findall(text))
    own = _TRADE.sub("", text)
    if len(own) < LEAST:  # 中医院: what it is, is what it is called
        own, trade = text or own, ""
    elif not town:
        own, town = _of_a_town(own)
    words = branch or "".join(branches)
    number = _number(ordinal[1]) if ordinal else ""
    return Name(own, trade, province, city, county, town, _branch(words), number)


def _cut(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    """Without what it ends in, and that; whole where too little would be left."""
    found = pattern.search(text)
    if not found or found.start() < LEAST:
        return text, ""
    return text[: found.start()], found[0]


def _without_place(text: str) -> tuple[str, str, str, str]:
    province = city = county = ""
    text = _TWICE.sub("", text)  # 上海市上海市: province and city are one
    if (found := _PROVINCE.match(text)) and len(text) - found.end() >= LEAST:
        province, text = found[1], text[found.end() :]
    found = _CITY.match(text)
    # 朝阳 is a city of Liaoning, and a district of Beijing.
    if found and province in ("", PROVINCE_OF[found[1]]) and len(text) - found.end() >= LEAST:
        city, text = found[1], text[found.end() :]
        province = PROVINCE_OF[city]
    if (found := _COUNTY.match(text)) and len(text) - found.end() >= LEAST:
        county, text = found[1][:-1], text[found.end() :]
    return text, province, city, county


def _without_town(text: str) -> tuple[str, str]:
    """官渡镇仁和诊所 lies in 官渡镇, of which 官渡镇卫生院 has its name."""
    found = _TOWN.match(text)
    if not found or len(_TRADE.sub("", text[found.end() :])) < LEAST:
        return text, ""
    return text[found.end() :], found[1] + found[2]


def _of_a_town(own: str) -> tuple[str, str]:
    """官渡镇卫生院 and 官渡卫生院 are called the same; 官渡乡卫生院 is another one."""
    found = _TOWN.fullmatch(own)
    if not found or len(found[1]) < LEAST:
        return own, ""
    return found[1], found[1] + found[2]


def _is_place(words: str) -> bool:
    return bool(_PROVINCE.fullmatch(words) or _CITY.fullmatch(words))


def _branch(words: str) -> str:
    """二七路店 and 二七路分店 are one branch."""
    kept = re.sub("(分公司|分店|分院|门店|加盟店|连锁店|院区|店|部)$", "", words.removeprefix("第"))
    return _number(kept) or kept


def _number(words: str) -> str:
    """三 and 3 are one number; 十二 is 12; empty where it is none."""
    words = words.removesuffix("号")
    if words.isdecimal():
        return str(int(words))
    if not words or set(words) - set("一二三四五六七八九十"):
        return ""
    tens, ten, ones = words.partition("十")
    if not ten:
        return "".join(_DIGITS[one] for one in words)
    return str(int(_DIGITS.get(tens, "1")) * 10 + int(_DIGITS.get(ones, "0")))
