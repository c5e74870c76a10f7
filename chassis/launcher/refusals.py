"""Why `zhupi up` does not start, or does not go on. Whatever it says, nothing in the home was damaged."""

from __future__ import annotations

from kernel.errors import AlreadyExists, FailedPrecondition, InvalidArgument, NotFound, Unavailable


class HomeInUse(AlreadyExists):
    zh = "{home} 正被另一个 zhupi up（进程 {pid}）使用"
    en = "{home} is in use by another zhupi up (process {pid})"


class HomeIsNewer(FailedPrecondition):
    zh = "{home} 由更新的版本 {found} 使用过，而此处安装的是 {installed}；数据未被改动，请升级后再启动"
    en = "{home} was used by a newer version, {found}, and {installed} is installed; nothing was touched: upgrade first"


class NotAHome(FailedPrecondition):
    zh = "{home} 不是空文件夹，也不是 zhupi 的数据文件夹；请用 --home 另选"
    en = "{home} is neither empty nor a home of zhupi; choose another with --home"


class HomeNotWritable(FailedPrecondition):
    zh = "无法写入 {path}（{why}）；请检查所有者与权限，或用 --home 另选"
    en = "{path} cannot be written ({why}); see to its owner and mode, or choose another home with --home"


class DiskFull(Unavailable):
    zh = "{home} 所在磁盘只剩 {free} MB，至少需要 {needed} MB；请腾出空间后再启动"
    en = "the disk of {home} has {free} MB left and {needed} MB are needed; make room and start again"


class PortInUse(AlreadyExists):
    zh = "{part} 的端口 {port} 已被占用{holder}；请停掉对方，或用 --port-base 另选一段端口"
    en = "port {port} of {part} is in use{holder}; stop what holds it, or choose other ports with --port-base"


class PortBaseOutOfRange(InvalidArgument):
    zh = "--port-base {base} 不在 {lowest} 到 {highest} 之间（0 表示任选空闲端口）"
    en = "--port-base {base} is not between {lowest} and {highest} (0 takes any free ports)"


class UnknownPart(NotFound):
    zh = "没有名为 {name} 的部件；可选：{known}"
    en = "there is no part {name}; there are: {known}"


class NeedsGoInACircle(FailedPrecondition):
    zh = "部件 {name} 直接或间接地依赖自己"
    en = "part {name} needs itself, directly or not"


class PartFailed(Unavailable):
    zh = "{part} 无法启动（{how_zh}）。日志 {log} 的末尾：\n{tail}"
    en = "{part} does not start ({how_en}). The end of {log}:\n{tail}"
