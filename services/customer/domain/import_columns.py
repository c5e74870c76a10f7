"""Which columns an import of customers knows, and which of them a file's headings mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from unicodedata import normalize

from kernel.errors import InvalidArgument

# What spreadsheets call them, the first being what an export calls them, in both languages.
COLUMNS: Final[dict[str, str]] = {
    "number": "客户编号 Number 编号 编码 客户编码 客户代码",
    "name": "客户名称 Name 名称 单位名称 客户 企业名称 终端名称 全称",
    "kind": "客户类型 Kind 类型 客户类别 类别 客户性质",
    "trade": "交易方式 Trade 是否直接 直接/间接 合作方式",
    "credit_code": "统一社会信用代码 Credit_code 信用代码 社会信用代码 税号 纳税人识别号",
    "erp_code": "ERP编码 ERP_code ERP代码 主数据编码 客商编码",
    "organisation": "所属部门 Organisation 部门 办事处 组织",
    "salesperson": "业务员 Salesperson 负责业务员 代表 业务代表 客户经理",
    "upstream": "上游客户 Upstream 上游 供货商 供应商 总部",
    "responsible_person": "负责人 Responsible_person 法人 法定代表人 联系人 企业负责人",
    "responsible_phone": "负责人电话 Responsible_person's_phone 联系人电话 法人电话 手机 手机号",
    "phone": "电话 Phone 联系电话 固定电话 座机",
    "web_site": "网址 Web_site 网站",
    "fax": "传真 Fax",
    "province": "省 Province 省份 所在省",
    "city": "市 City 城市 地市 所在市",
    "county": "区县 County 县 区 县区 区/县 县/区",
    "street": "详细地址 Street 地址 街道 通讯地址 注册地址",
    "aliases": "别名 Aliases 曾用名 简称",
    "business": "商业类型 Commercial_type 经营类型",
    "handles_medicines": "经营药品 Handles_medicines 是否经营药品",
    "warehouse_address": "仓库地址 Warehouse_address",
    "warehouse_area": "仓库面积 Warehouse_area 仓库面积(㎡) 仓库面积(平方米)",
    "yearly_sales": "年销售额 Yearly_sales 年销售额(元)",
    "yearly_sales_of_ours": "我方产品年销售额 Yearly_sales_of_ours 我司产品年销售额",
    "profit_and_tax": "利税 Profit_and_tax 利税(元)",
    "staff": "员工人数 Staff 员工数 人数",
    "sales_staff": "销售人数 Sales_staff 销售人员数 业务人员数",
    "transfer_share": "调拨占比 Transfer_share 调拨占比(%) 调拨比例",
    "b_share": "B类占比 B_share B类占比(%) B类比例",
    "hospital_share": "纯销占比 Hospital_share 纯销占比(%) 纯销比例",
}
NEEDED: Final = ("name",)
MOST_COLUMNS: Final = 100


class UnknownColumn(InvalidArgument):
    zh = "文件中没有列“{column}”"
    en = "There is no column {column!r} in the file"


class ColumnMappedTwice(InvalidArgument):
    zh = "“{meaning}”对应了多列"
    en = "{meaning} is mapped to several columns"


class ColumnNotMapped(InvalidArgument):
    zh = "须指定“{meaning}”对应的列"
    en = "Say which column is {meaning}"


def title_of(key: str) -> tuple[str, str]:
    """What the column is called in an export, in both languages."""
    zh, en = COLUMNS[key].split(" ")[:2]
    return zh, en.replace("_", " ")


def proposed(titles: Sequence[str]) -> tuple[str, ...]:
    """For each title the key that it means; empty where it means none or another column has it already."""
    known = {_plain(word): key for key, words in COLUMNS.items() for word in words.split(" ")}
    found: list[str] = []
    for title in titles:
        key = next((known[word] for word in _ways(title) if word in known), "")
        found.append(key if key not in found else "")
    return tuple(found)


def mapped(titles: Sequence[str], said: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """From pairs of a title and a key, what each column is. Raises UnknownColumn, ColumnMappedTwice, ColumnNotMapped."""
    keys = [""] * len(titles)
    for title, key in said:
        if title not in titles:
            raise UnknownColumn(field="columns", column=title)
        if key in keys:
            raise ColumnMappedTwice(field="columns", meaning=title_of(key)[0])
        keys[titles.index(title)] = key
    must_be_mapped(keys)
    return tuple(keys)


def must_be_mapped(keys: Sequence[str]) -> None:
    """Raises ColumnNotMapped."""
    for key in NEEDED:
        if key not in keys:
            raise ColumnNotMapped(field="columns", meaning=title_of(key)[0])


def _ways(title: str) -> tuple[str, ...]:
    """As it is; without what stands in brackets or behind a star; the Chinese and the English half of one of ours."""
    plain = _plain(title)
    return plain, _plain(re.sub(r"[(（\[【].*", "", title)), *(_plain(part) for part in title.split(" ", 1))


def _plain(title: str) -> str:
    return re.sub(r"[\s*_:：]+", "", normalize("NFKC", title).casefold())
