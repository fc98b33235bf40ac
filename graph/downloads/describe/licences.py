"""Licences by their addresses: what they are called, and what they ask of derived data."""

from __future__ import annotations

import re

_CREATIVE_COMMONS = re.compile(r"creativecommons\.org/(?:licenses|publicdomain)/([a-z-]+)/([0-9.]+)")
_SHARE_ALIKE = re.compile(r"/by-(?:nc-)?sa/|\bodbl\b", re.IGNORECASE)
# https://opendatacommons.org/licenses/
_OPEN_DATA_COMMONS = {"odbl": "ODbL", "by": "ODC-By", "pddl": "PDDL"}
_ODC = re.compile(r"opendatacommons\.org/licenses/([a-z]+)(?:/([0-9]+)[.-]([0-9]+))?")


def licence_name(address: str) -> str:
    """Return a short name for a licence's address: CC0 1.0, CC BY-SA 4.0, ODbL 1.0, else the address."""
    if "rightsstatements.org/vocab/CNE/" in address:
        return "licence unknown (copyright not evaluated)"
    if match := _CREATIVE_COMMONS.search(address):
        kind, version = match.groups()
        return f"CC0 {version}" if kind == "zero" else f"CC {kind.upper()} {version}"
    if match := _ODC.search(address):
        name, major, minor = match.groups()
        known = _OPEN_DATA_COMMONS.get(name, name.upper())
        return f"{known} {major}.{minor}" if major else known
    return address


def is_share_alike(address: str) -> bool:
    """Return whether a licence wants derived data under the same licence: CC BY-SA, CC BY-NC-SA, ODbL."""
    return _SHARE_ALIKE.search(address) is not None
