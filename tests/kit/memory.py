"""The memory that a piece of work takes."""

import gc
import tracemalloc
from collections.abc import Callable


def peak_bytes(work: Callable[[], object]) -> int:
    """Return the most that Python's objects take at a time for some work, as bytes more than before.

    It is done twice: what the first time has loaded for good, such as tables of languages, does not count.
    """
    work()
    gc.collect()
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
