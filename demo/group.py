"""The group: a head office, three regions with four offices each, and the 120 people who work there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Final

from demo.people import names
from kernel.text import Text

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


def organisations() -> dict[str, tuple[Text, str]]:
    found = {HEAD_OFFICE: (Text("集团总部", "Head Office"), "")}
    found |= {key: (title, HEAD_OFFICE) for key, title in (*DEPARTMENTS.items(), *REGIONS.items())}
    for region, offices in OFFICES.items():
        found |= {key: (title, region) for key, title in offices.items()}
    return found


def build(seed: int = SEED) -> Group:
    """The same group for the same seed."""
    hiring = Hiring(Random(seed))  # noqa: S311 - names are no secret
    hiring.head_office()
    for region, offices in OFFICES.items():
        hiring.region(region, tuple(offices))
    return Group(organisations(), tuple(hiring.people))


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

    def office(self, office: str, director: str) -> None:
        manager = self.hire(office, "office-manager", "M2", director)
        for reps in (3, 2):
            supervisor = self.hire(office, "district-supervisor", "M1", manager)
            for _ in range(reps):
                self.hire(
                    office, "medical-representative", self.random.choice(("S1", "S2", "S3")), supervisor
                )
