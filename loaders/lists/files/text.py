"""Text files: which encoding they have, and where they are damaged."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from pathlib import Path

from graph.errors import TableError
from graph.reading import read_whole

_BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
"""Byte order marks; those of UTF-32 begin like those of UTF-16, so they come first."""
NULL = "\0"
_MARK = "\ufeff"
"""A byte order mark that a program wrote before another one is no text either."""
_HALF = re.compile("[\ud800-\udfff]")
"""A surrogate, which UTF-7 can write alone; nothing that is published holds one."""
_SAMPLE = 4096
_MOST_NULLS = _SAMPLE // 64
"""With more null characters than that in its beginning, a file is not damaged: it has another encoding."""


def read_text(path: Path, name: str, encodings: Sequence[str]) -> str:
    """Return the text of a file without its byte order mark; raises TableError with the first bad line.

    A mark tells the encoding, else `encodings` are tried in turn.
    """
    try:
        data = read_whole(path)
    except OSError as exc:
        raise TableError(name, None, f"cannot be read ({exc.strerror})", "Mend [table] file.") from exc
    mark = next((bom for bom in _BOMS if data.startswith(bom)), b"")
    tried = (_BOMS[mark],) if mark else tuple(encodings)
    at, why = 0, ""
    for encoding in tried:
        try:
            text = data[len(mark) :].decode(encoding)
        except UnicodeDecodeError as exc:
            at, why = exc.start + len(mark), exc.reason
            continue
        except UnicodeError as exc:
            why = str(exc)
            continue
        if half := _HALF.search(text):
            at = len(text[: half.start()].encode(encoding)) + len(mark)
            why = f"a half of a character, U+{ord(half[0]):04X}"
            continue
        if text.count(NULL, 0, _SAMPLE) <= min(_MOST_NULLS, len(text) // 8):
            return text.lstrip(_MARK)
        at, why = data.index(b"\0"), "a null character"
    what = f"it is not {' or '.join(tried)}: {why}"
    mend = 'Say in [table] which it has, for example encoding = "windows-1252".'
    raise TableError(name, data[:at].count(b"\n") + 1, what, mend)
