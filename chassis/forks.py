"""gRPC and fork."""

from __future__ import annotations

import os


def leave_forks_alone() -> None:
    """Have gRPC register no handlers around fork. To be called before it is imported: it looks then and never again.

    Components start programs, and never gRPC in a fork of themselves. With other threads about the handlers do nothing but
    warn, and where they do something they have killed children; the nursery forks before gRPC has started anything.
    """
    os.environ["GRPC_ENABLE_FORK_SUPPORT"] = "0"
