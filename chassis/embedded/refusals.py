"""Why an embedded server cannot start here."""

from __future__ import annotations

from kernel.errors import FailedPrecondition, Unavailable


class ServerMissing(FailedPrecondition):
    zh = "找不到 {name} 的程序 {binary}：请运行 make setup"
    en = "The program of {name}, {binary}, is not installed: run make setup"


class ServerSetupFailed(Unavailable):
    zh = "{what} 初始化失败：{output}"
    en = "{what} could not be set up: {output}"


class OtherPostgresVersion(FailedPrecondition):
    zh = "{folder} 属于 PostgreSQL {found}，而此处安装的是 {installed}；数据未被改动，请用原版本导出后再导入"
    en = "{folder} belongs to PostgreSQL {found}, and {installed} is installed; nothing was touched: dump it with its own version"


class PostgresRefusesRoot(FailedPrecondition):
    zh = "PostgreSQL 不能以 root 运行，也没有其他身份能进入 {folder}；请以普通用户运行，或用 --home 指定他人可进入的文件夹"
    en = "PostgreSQL does not run as root, and no other identity can enter {folder}; run as an ordinary user, or choose a --home that others may enter"
