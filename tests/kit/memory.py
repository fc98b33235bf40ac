"""The memory that a piece of work takes."""

import gc
import tracemalloc
from collections.abc import Callable

_TIMES = 3


def peak_bytes(work: Callable[[], object]) -> int:
    """Return the most that Python's objects take at a time for some work, as bytes more than before.

    It is done once before: what the first time has loaded for good, such as tables of languages, does not
    count. Then it is the least of three times, because the objects of other threads are counted too.
    """
    work()
    return min(_measure(work) for _ in range(_TIMES))


def _measure(work: Callable[[], object]) -> int:
    gc.collect()
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
