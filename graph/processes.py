"""A process that ends with the one that started it, however that ends."""

from __future__ import annotations

import os
import signal
import sys

# prctl(2)
_PR_SET_PDEATHSIG = 1


def end_with_parent(parent: int) -> None:
    """Die with the thread of `parent` that started this process (Linux; elsewhere nothing happens).

    Raises SystemExit when that process is gone already.
    """
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit("the process that started this one is gone")
