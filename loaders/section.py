"""A section of collection.toml, read strictly: every key by name and kind, nothing left over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph.model.terms import find_control


class Section:
    """Takes keys out of one section; every method raises ValueError that names the section and the key."""

    def __init__(self, name: str, stated: object) -> None:
        """Keep the section; `stated` must be a table of TOML."""
        if not isinstance(stated, Mapping):
            raise ValueError(f"[{name}] is {stated!r}, not a section")
        self.name = name
        self._left: dict[str, Any] = dict(stated)

    def _take(self, key: str, kind: type, default: Any, what: str) -> Any:
        value = self._left.pop(key, default)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise ValueError(f"[{self.name}] {key} is {value!r}, not {what}")
        return value

    def text(self, key: str, default: str = "") -> str:
        """Return a text without space around it."""
        taken: str = self._take(key, str, default, "a text")
        if control := find_control(taken):
            raise ValueError(f"[{self.name}] {key} has the control character {control}: take it out")
        return taken.strip()

    def flag(self, key: str, default: bool) -> bool:
        """Return true or false."""
        return bool(self._take(key, bool, default, "true or false"))

    def count(self, key: str) -> int:
        """Return a number from 0 up; 0 when it is not stated."""
        taken: int = self._take(key, int, 0, "a whole number")
        if taken < 0:
            raise ValueError(f"[{self.name}] {key} is {taken}; count from 0")
        return taken

    def character(self, key: str, default: str) -> str:
        """Return one character, or an empty text."""
        taken: str = self._take(key, str, default, "a text")
        if len(taken) > 1:
            raise ValueError(f"[{self.name}] {key} is {taken!r}, not one character")
        return taken

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return texts; one may stand without brackets."""
        value = self._left.pop(key, list(default))
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(isinstance(text, str) for text in values):
            raise ValueError(f"[{self.name}] {key} is {value!r}, not a text or texts")
        return tuple(values)

    def texts_or_counts(self, key: str) -> tuple[str | int, ...]:
        """Return a list of texts and whole numbers; empty when it is not stated."""
        taken: list[str | int] = self._take(key, list, [], "a list")
        if any(isinstance(item, bool) or not isinstance(item, (str, int)) for item in taken):
            raise ValueError(f"[{self.name}] {key} is {taken!r}, not texts or whole numbers")
        return tuple(taken)

    def word(self, key: str) -> str:
        """Return a text, or a number or date of TOML as it is written."""
        return str(self._left.pop(key, "")).strip()

    def table(self, key: str) -> dict[str, Any]:
        """Return a table within the section; empty when it is not stated."""
        taken: dict[str, Any] = self._take(key, dict, {}, "a section")
        return taken

    def table_or_list(self, key: str) -> dict[str, Any] | list[Any]:
        """Return a table or a list within the section; an empty table when it is not stated."""
        value = self._left.pop(key, {})
        if not isinstance(value, (dict, list)):
            raise ValueError(f"[{self.name}] {key} is {value!r}, neither a section nor a list")
        return value

    def done(self) -> None:
        """Raise ValueError when a key is left over: it is unknown, so nobody would read it."""
        if self._left:
            raise ValueError(f"[{self.name}] has unknown keys: {', '.join(sorted(self._left))}")
