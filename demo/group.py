"""The group: a head office, regions with their offices, and the people who work there.

Small it has three regions with four offices each and 120 people; whole six regions, forty offices and 400 people, those of
the small one among them with the posts that they have there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from random import Random
from typing import Final

from demo.people import names
from kernel.text import Text


class Size(Enum):
    """`small` is quick to load; tests and short looks need no more."""

    SMALL = "small"
    WHOLE = "whole"


SEED: Final = 20260101
SINCE: Final = "2024-01-01"

HEAD_OFFICE: Final = "hq"
DEPARTMENTS: Final = {
    "finance": Text("财务部", "Finance"),
    "marketing": Text("市场部", "Marketing"),
    "it": Text("信息部", "IT"),
    "hr": Text("人力资源部", "Human Resources"),
}
REGIONS: Final = {
    "east": Text("华东大区", "East China"),
    "central": Text("华中大区", "Central China"),
    "northwest": Text("西北大区", "Northwest China"),
}
OFFICES: Final = {
    "east": {
        "shanghai": Text("上海办事处", "Shanghai Office"),
        "jiangsu": Text("江苏办事处", "Jiangsu Office"),
        "zhejiang": Text("浙江办事处", "Zhejiang Office"),
        "anhui": Text("安徽办事处", "Anhui Office"),
    },
    "central": {
        "henan": Text("河南办事处", "Henan Office"),
        "hubei": Text("湖北办事处", "Hubei Office"),
        "hunan": Text("湖南办事处", "Hunan Office"),
        "jiangxi": Text("江西办事处", "Jiangxi Office"),
    },
    "northwest": {
        "shaanxi": Text("陕西办事处", "Shaanxi Office"),
        "gansu": Text("甘肃办事处", "Gansu Office"),
        "ningxia": Text("宁夏办事处", "Ningxia Office"),
        "qinghai": Text("青海办事处", "Qinghai Office"),
    },
}
# What the whole group has beside that.
MORE_REGIONS: Final = {
    "north": Text("北方大区", "North China"),
    "south": Text("华南大区", "South China"),
    "southwest": Text("西南大区", "Southwest China"),
}
MORE_OFFICES: Final = {
    "east": {
        "suzhou": Text("苏州办事处", "Suzhou Office"),
        "ningbo": Text("宁波办事处", "Ningbo Office"),
        "fujian": Text("福建办事处", "Fujian Office"),
        "shandong": Text("山东办事处", "Shandong Office"),
        "qingdao": Text("青岛办事处", "Qingdao Office"),
    },
    "central": {
        "luoyang": Text("洛阳办事处", "Luoyang Office"),
        "yichang": Text("宜昌办事处", "Yichang Office"),
    },
    "northwest": {"xinjiang": Text("新疆办事处", "Xinjiang Office")},
    "north": {
        "beijing": Text("北京办事处", "Beijing Office"),
        "tianjin": Text("天津办事处", "Tianjin Office"),
        "hebei": Text("河北办事处", "Hebei Office"),
        "tangshan": Text("唐山办事处", "Tangshan Office"),
        "shanxi": Text("山西办事处", "Shanxi Office"),
        "neimenggu": Text("内蒙古办事处", "Inner Mongolia Office"),
        "liaoning": Text("辽宁办事处", "Liaoning Office"),
        "dalian": Text("大连办事处", "Dalian Office"),
        "jilin": Text("吉林办事处", "Jilin Office"),
        "heilongjiang": Text("黑龙江办事处", "Heilongjiang Office"),
    },
    "south": {
        "guangdong": Text("广东办事处", "Guangdong Office"),
        "shenzhen": Text("深圳办事处", "Shenzhen Office"),
        "foshan": Text("佛山办事处", "Foshan Office"),
        "guangxi": Text("广西办事处", "Guangxi Office"),
        "hainan": Text("海南办事处", "Hainan Office"),
    },
    "southwest": {
        "sichuan": Text("四川办事处", "Sichuan Office"),
        "mianyang": Text("绵阳办事处", "Mianyang Office"),
        "chongqing": Text("重庆办事处", "Chongqing Office"),
        "guizhou": Text("贵州办事处", "Guizhou Office"),
        "yunnan": Text("云南办事处", "Yunnan Office"),
    },
}
# Under whom, which post, how many.
MORE_AT_HEAD_OFFICE: Final = (
    ("finance", "finance-director", "finance-reviewer", 6),
    ("it", "department-head", "system-operator", 2),
    ("it", "department-head", "master-data", 4),
    ("marketing", "department-head", "market-manager", 3),
    ("marketing", "department-head", "specialist", 2),
    (HEAD_OFFICE, "general-manager", "quality-reviewer", 3),
    ("hr", "department-head", "specialist", 2),
)


@dataclass(frozen=True, slots=True)
class Post:
    """`head`: whoever holds it is responsible for the organisation and all below it."""

    key: str
    title: Text
    roles: str = ""
    head: bool = False


POSTS: Final = (
    Post("general-manager", Text("总经理", "General manager"), head=True),
    Post("regional-director", Text("大区经理", "Regional director"), head=True),
    Post("office-manager", Text("办事处经理", "Office manager"), head=True),
    Post("district-supervisor", Text("地区主管", "District supervisor")),
    Post("medical-representative", Text("医药代表", "Medical representative")),
    Post("regional-assistant", Text("大区助理", "Regional assistant")),
    Post("department-head", Text("部门负责人", "Head of department"), head=True),
    Post("specialist", Text("专员", "Specialist")),
    Post("finance-director", Text("财务总监", "Finance director"), roles="finance", head=True),
    Post("finance-reviewer", Text("财务审核", "Finance reviewer"), roles="finance"),
    Post("market-manager", Text("市场管理", "Market management"), roles="market"),
    Post("quality-reviewer", Text("质量审核", "Quality reviewer"), roles="quality"),
    Post("master-data", Text("主数据管理", "Master data"), roles="master-data"),
    Post("process-administrator", Text("流程管理员", "Process administrator"), roles="administrator"),
    Post("system-operator", Text("系统运维", "System operator"), roles="operator"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with one post in one organisation. `manager` is a login, empty at the top."""

    login: str
    name: str
    organisation: str
    post: str
    grade: str
    manager: str


# Those whom examples and the story name; everybody else is called what chance will have.
CAST: Final = {
    "zhoujianguo": ("周建国", HEAD_OFFICE, "general-manager"),
    "sunli": ("孙丽", "finance", "finance-director"),
    "liufang": ("刘芳", "finance", "finance-reviewer"),
    "zhongzhiqiang": ("钟志强", "marketing", "market-manager"),
    "baijiaqi": ("白嘉琪", HEAD_OFFICE, "quality-reviewer"),
    "zengjun": ("曾军", "it", "master-data"),
    "zhengjie": ("郑杰", "it", "process-administrator"),
    "wutao": ("吴涛", "it", "system-operator"),
    "chenzhiyuan": ("陈志远", "central", "regional-director"),
    "wangqiang": ("王强", "henan", "office-manager"),
    "zhangwei": ("张伟", "henan", "district-supervisor"),
    "lihua": ("李华", "henan", "medical-representative"),
}
CLAIMANT: Final = "lihua"
ADMINISTRATOR: Final = "zhengjie"
FINANCE: Final = "sunli"
GENERAL_MANAGER: Final = "zhoujianguo"
OPERATOR: Final = "wutao"


@dataclass(frozen=True)
class Group:
    organisations: dict[str, tuple[Text, str]]
    """Title and parent by key."""
    people: tuple[Person, ...]
    by_login: dict[str, Person] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_login", {person.login: person for person in self.people})


def regions(size: Size = Size.SMALL) -> dict[str, Text]:
    return REGIONS if size is Size.SMALL else REGIONS | MORE_REGIONS


def offices(size: Size = Size.SMALL) -> dict[str, dict[str, Text]]:
    """Offices by region."""
    if size is Size.SMALL:
        return OFFICES
    return {region: OFFICES.get(region, {}) | MORE_OFFICES[region] for region in regions(size)}


def organisations(size: Size = Size.SMALL) -> dict[str, tuple[Text, str]]:
    found = {HEAD_OFFICE: (Text("集团总部", "Head Office"), "")}
    found |= {key: (title, HEAD_OFFICE) for key, title in (*DEPARTMENTS.items(), *regions(size).items())}
    for region, of_region in offices(size).items():
        found |= {key: (title, region) for key, title in of_region.items()}
    return found


def build(size: Size = Size.SMALL, seed: int = SEED) -> Group:
    """The same group for the same seed; who is in the small one is in the whole one."""
    hiring = Hiring(Random(seed))  # noqa: S311 - names are no secret
    hiring.head_office()
    for region, of_region in OFFICES.items():
        hiring.region(region, tuple(of_region))
    if size is Size.WHOLE:
        hiring.grow()
    return Group(organisations(size), tuple(hiring.people))


class Hiring:
    """Fills one post after another; whoever is in the cast gets theirs first."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.people: list[Person] = []
        self._cast = {(organisation, post): login for login, (_, organisation, post) in CAST.items()}
        self._names: Iterator[tuple[str, str]] = names(
            random, {login: name for login, (name, *_) in CAST.items()}
        )

    def hire(self, organisation: str, post: str, grade: str, manager: str = "") -> str:
        """The login of who has been hired."""
        known = self._cast.pop((organisation, post), "")
        login, name = (known, CAST[known][0]) if known else next(self._names)
        self.people.append(Person(login, name, organisation, post, grade, manager))
        return login

    def head_office(self) -> None:
        top = self.hire(HEAD_OFFICE, "general-manager", "M5")
        money = self.hire("finance", "finance-director", "M4", top)
        for _ in range(4):
            self.hire("finance", "finance-reviewer", "P2", money)
        machines = self.hire("it", "department-head", "M3", top)
        for post in ("process-administrator", "process-administrator", "system-operator"):
            self.hire("it", post, "P2", machines)
        market = self.hire("marketing", "department-head", "M3", top)
        self.hire("marketing", "market-manager", "P2", market)
        for _ in range(2):
            self.hire("marketing", "specialist", "P1", market)
        self.hire(HEAD_OFFICE, "quality-reviewer", "P2", top)
        staff = self.hire("hr", "department-head", "M3", top)
        self.hire("hr", "specialist", "P1", staff)
        self.hire("it", "master-data", "P2", machines)

    def region(self, region: str, offices: tuple[str, ...]) -> None:
        director = self.hire(region, "regional-director", "M3", self.people[0].login)
        self.hire(region, "regional-assistant", "P1", director)
        for office in offices:
            self.office(office, director)

    def grow(self) -> None:
        """From the small group to the whole one."""
        for department, above, post, count in MORE_AT_HEAD_OFFICE:
            for _ in range(count):
                self.hire(department, post, "P2", self._holder(department, above))
        for region, of_region in MORE_OFFICES.items():
            if region in MORE_REGIONS:
                self.region(region, ())
            for office in of_region:
                self.office(office, self._holder(region, "regional-director"), reps=(3, 3))

    def _holder(self, organisation: str, post: str) -> str:
        """The login of who has the post there."""
        return next(p.login for p in self.people if (p.organisation, p.post) == (organisation, post))

    def office(self, office: str, director: str, reps: tuple[int, ...] = (3, 2)) -> None:
        """`reps`: how many representatives each district has."""
        manager = self.hire(office, "office-manager", "M2", director)
        for count in reps:
            supervisor = self.hire(office, "district-supervisor", "M1", manager)
            for _ in range(count):
                self.hire(
                    office, "medical-representative", self.random.choice(("S1", "S2", "S3")), supervisor
                )
