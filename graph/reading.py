"""Reading what others may have put there: a file is read whole, if it is one and not too large."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

MOST_BYTES = 256 << 20
"""What a file that is read whole may have: its rows take some ten times as much memory."""


def read_whole(path: Path, most: int = MOST_BYTES) -> bytes:
    """Return the bytes of a file.

    Raises OSError when it cannot be read, when it is a pipe, a device or a folder (nobody waits for those),
    and when it has more than `most` bytes.
    """
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
        check_is_file(os.fstat(file.fileno()), path)
        body = file.read(most + 1)
    if len(body) > most:
        raise OSError(errno.EFBIG, f"it has more than {most >> 20} MiB", str(path))
    return body


def read_text(path: Path, most: int = MOST_BYTES) -> str:
    """Return a text in UTF-8 without its byte order mark, all of its lines ended by a line feed.

    Raises OSError as `read_whole` does, UnicodeDecodeError.
    """
    text = read_whole(path, most).decode("utf-8-sig")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def check_is_file(found: os.stat_result, path: Path) -> None:
    """Raise OSError when what was found at a path is no file."""
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "it is no file", str(path))
