"""Exit codes, the same for every command, for scripts to tell apart what went wrong."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from kernel.errors import Code
from kernel.text import Text


class Exit(IntEnum):
    DONE = 0
    FOUND_WRONG = 1
    """The command did its work and found something wrong: a broken ledger, a policy with problems, a refused sheet."""
    USAGE = 2
    """The command line itself was wrong."""
    REFUSED = 3
    """The request, or the state that it met, does not allow it."""
    DENIED = 4
    """There is no such thing, or the caller may not."""
    CHANGED = 5
    """Somebody was faster: look again, then decide again."""
    UNAVAILABLE = 6
    """Something does not answer; the same command may succeed later."""
    INTERNAL = 7
    """A fault of Zhupi."""
    STOPPED = 130
    """Ctrl-C."""


OF_CODE: Final = {
    Code.INVALID_ARGUMENT: Exit.REFUSED,
    Code.FAILED_PRECONDITION: Exit.REFUSED,
    Code.ALREADY_EXISTS: Exit.REFUSED,
    Code.RESOURCE_EXHAUSTED: Exit.REFUSED,
    Code.NOT_FOUND: Exit.DENIED,
    Code.PERMISSION_DENIED: Exit.DENIED,
    Code.UNAUTHENTICATED: Exit.DENIED,
    Code.ABORTED: Exit.CHANGED,
    Code.UNAVAILABLE: Exit.UNAVAILABLE,
    Code.DEADLINE_EXCEEDED: Exit.UNAVAILABLE,
}


def exit_of(code: Code) -> Exit:
    return OF_CODE.get(code, Exit.INTERNAL)


EPILOGUE: Final = Text(
    "退出码：0 完成；1 发现问题；2 命令行有误；3 被拒绝；4 不存在或无权限；5 已被他人更改；6 暂时不可用；7 系统故障",
    "Exit codes: 0 done; 1 found something wrong; 2 wrong command line; 3 refused; 4 not there or not allowed; "
    "5 changed by somebody else; 6 not available at the moment; 7 a fault of Zhupi",
)
