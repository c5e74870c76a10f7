"""What the command line itself refuses, before any service is asked."""

from __future__ import annotations

from kernel.errors import FailedPrecondition, InvalidArgument, NotFound, Unauthenticated, Unavailable
from kernel.text import Text


class NotRunning(Unavailable):
    zh = "{home} 下没有正在运行的朱批；请先执行 zhupi up（或用 --home 指明目录）"
    en = "Zhupi is not running in {home}; start it with `zhupi up`, or name its folder with --home"


class NoSuchService(Unavailable):
    zh = "{home} 下的朱批没有运行 {component}"
    en = "The Zhupi of {home} does not run {component}"


class SayWhoActs(Unauthenticated):
    zh = "请用 --as 指明操作者（登录名或姓名），或设置环境变量 ZHUPI_AS"
    en = "Say who acts with --as (a login or a Chinese name), or set ZHUPI_AS"


class NoIssuer(Unauthenticated):
    zh = "{home} 下没有本地签发密钥；请用环境变量 ZHUPI_TOKEN 提供登录凭证"
    en = "There is no local issuer in {home}; give a token in ZHUPI_TOKEN"


class UnknownPerson(NotFound):
    zh = "组织目录中没有“{who}”"
    en = "Nobody in the directory is called {who}"


class SeveralPeople(InvalidArgument):
    zh = "有多人名为“{who}”，请用登录名：{logins}"
    en = "Several people are called {who}; use a login: {logins}"


class UnknownOrganisation(NotFound):
    zh = "组织目录中没有部门“{given}”"
    en = "No organisation in the directory is called {given}"


class SeveralOrganisations(InvalidArgument):
    zh = "有多个部门名为“{given}”，请用编码：{keys}"
    en = "Several organisations are called {given}; use a key: {keys}"


class NotAName(InvalidArgument):
    zh = "“{given}”不是单号、待办或审批单，例如 EC-2026-000123、workItems/0190…、expense-claim/EC-2026-000123/1"
    en = (
        "{given} is no number, work item or case, such as EC-2026-000123, workItems/0190…, "
        "expense-claim/EC-2026-000123/1"
    )


class NotACustomer(InvalidArgument):
    zh = "“{given}”不是客户编号，例如 C000123"
    en = "{given} is no number of a customer, such as C000123"


class NotAnAmount(InvalidArgument):
    zh = "“{given}”不是金额，例如 1280.50 或 1280.50USD"
    en = "{given} is no amount, such as 1280.50 or 1280.50USD"


class NotADate(InvalidArgument):
    zh = "“{given}”不是日期，例如 2026-11-03、today、yesterday"
    en = "{given} is no date, such as 2026-11-03, today or yesterday"


class NotAPosition(InvalidArgument):
    zh = "“{given}”不是定位，例如 34.75,113.62（先纬度，后经度）"
    en = "{given} is no position, such as 34.75,113.62 (latitude, longitude)"


class NotAMonth(InvalidArgument):
    zh = "“{given}”不是月份，例如 2026-11、this、last、next"
    en = "{given} is no month, such as 2026-11, this, last or next"


class NotALine(InvalidArgument):
    zh = "费用明细写作“类型 日期 金额 [城市 [说明…]] [名称=值…]”，实际为“{given}”"
    en = "A line is written `type date amount [city [description…]] [name=value…]`, not `{given}`"


class UnknownWord(InvalidArgument):
    zh = "不认识“{given}”，可用：{known}"
    en = "{given} is not known; there are: {known}"


class NotAFile(InvalidArgument):
    zh = "无法读取 {path}：{why}"
    en = "{path} cannot be read: {why}"


class NoSuchLine(InvalidArgument):
    zh = "{claim} 没有第 {line} 行明细"
    en = "{claim} has no line {line}"


class NothingToDecide(NotFound):
    """`why` is the end of the sentence: with whom it is instead."""

    zh = "{who} 没有关于 {document} 的待办{why_zh}"
    en = "Nothing about {document} waits for {who}{why_en}"

    def __init__(self, *, who: str, document: str, why: Text = Text("", "")) -> None:
        super().__init__(who=who, document=document, why_zh=why.zh, why_en=why.en)


class SeveralWorkItems(FailedPrecondition):
    zh = "关于 {document} 有多条待办，请指明其中一条：{items_zh}"
    en = "Several work items are about {document}; name one: {items_en}"


class NothingNamed(InvalidArgument):
    zh = "请指明要重试的消息，或用 --all 重试全部（二者只选其一）"
    en = "Name the messages to try again, or give --all for every one of them (not both)"


class NoTrace(NotFound):
    zh = "没有关于 {about} 的追踪：可能尚未到达、未被采样或已过期"
    en = "There is no trace of {about}: it has not arrived yet, was not sampled, or is too old"


class NothingToPublish(InvalidArgument):
    zh = "请给出策略文件，或用 --draft 指明流程"
    en = "Give a policy's file, or name a process with --draft"
