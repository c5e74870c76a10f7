"""Who there is and what they ask for, in a house that has been busy for years: names, offices, titles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random
from typing import Final

from demo.people import GIVEN, SURNAMES, pinyin

SEED: Final = 20261122
PEOPLE: Final = 5_000
PROCESSES: Final = ("expense-claim", "seal-use", "procurement", "contract", "leave")
# Every title is one of each column; the readings stand beside, because a title is found by them as well.
PLACES: Final = pinyin(
    "郑州:zhengzhou 武汉:wuhan 合肥:hefei 长沙:changsha 南昌:nanchang 西安:xian 兰州:lanzhou 银川:yinchuan 西宁:xining "
    "上海:shanghai 南京:nanjing 苏州:suzhou 杭州:hangzhou 宁波:ningbo 洛阳:luoyang 开封:kaifeng 宜昌:yichang 襄阳:xiangyang"
)
TOPICS: Final = pinyin(
    "差旅费:chailvfei 学术会议:xueshuhuiyi 招待费:zhaodaifei 办公用品:bangongyongpin 用章申请:yongzhangshenqing "
    "设备采购:shebeicaigou 销售合同:xiaoshouhetong 市场推广:shichangtuiguang 医院拜访:yiyuanbaifang 新员工培训:xinyuangongpeixun "
    "年度体检:niandutijian 车辆维修:cheliangweixiu 印刷品:yinshuapin 快递费:kuaidifei 请假:qingjia"
)
REASONS: Final = pinyin(
    "第一季度:diyijidu 第二季度:dierjidu 第三季度:disanjidu 第四季度:disijidu 新品上市:xinpinshangshi 大区例会:daqulihui "
    "客户回访:kehuhuifang 项目验收:xiangmuyanshou 补报:bubao 加急:jiaji 省人民医院:shengrenminyiyuan 心内科:xinneike "
    "年终总结:nianzhongzongjie 招标:zhaobiao"
)


@dataclass(frozen=True, slots=True)
class Person:
    login: str
    name: str
    reading: str
    organisation: str


@dataclass(frozen=True, slots=True)
class World:
    """`organisations` says of each what it is called and what it belongs to; a parent comes before its children."""

    organisations: dict[str, tuple[str, str]]
    people: tuple[Person, ...]
    titles: tuple[tuple[str, str], ...]
    """As it is written, and as it is searched: with full pinyin and initials."""


def a_world(people: int, seed: int = SEED) -> World:
    """The same for the same seed. A house of three levels with an office for every fifty people."""
    chance = Random(seed)  # noqa: S311 - names are no secret
    organisations = dict(_organisations(people))
    offices = [key for key in organisations if key.startswith("office")]
    return World(organisations, tuple(_people(people, offices, chance)), tuple(_titles(chance)))


def _organisations(people: int) -> Iterator[tuple[str, tuple[str, str]]]:
    yield "group", ("集团", "")
    regions = max(1, people // 500)
    for region in range(regions):
        yield f"region{region:02}", (f"第 {region + 1} 大区", "group")
    for office in range(max(1, people // 50)):
        yield f"office{office:03}", (f"第 {office + 1} 办事处", f"region{office % regions:02}")


def _people(wanted: int, offices: Sequence[str], chance: Random) -> Iterator[Person]:
    """Many are called alike, as in any large house; no two log in alike."""
    called = list(product(pinyin(SURNAMES).items(), pinyin(GIVEN).items()))
    for number in range(wanted):
        (surname, read), (given, given_read) = chance.choice(called)
        initials = read[0] + "".join(_initials(given, given_read))
        full = read + given_read
        yield Person(f"{full}{number:04}", surname + given, f"{full} {initials}", chance.choice(offices))


def _titles(chance: Random) -> Iterator[tuple[str, str]]:
    for place, topic, reason in product(PLACES, TOPICS, REASONS):
        parts = [(place, PLACES[place]), (topic, TOPICS[topic]), (reason, REASONS[reason])]
        chance.shuffle(parts)
        written = "".join(word for word, _ in parts)
        full = "".join(read for _, read in parts)
        initials = "".join("".join(_initials(word, read)) for word, read in parts)
        yield written, f"{written}\n{full}\n{initials}"


def _initials(word: str, read: str) -> Iterator[str]:
    """Near enough for made-up titles: the first letter, and one more for each further character."""
    step = max(1, len(read) // len(word))
    yield from (read[min(place * step, len(read) - 1)] for place in range(len(word)))
