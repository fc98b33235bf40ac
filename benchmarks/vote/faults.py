"""Faults that are planted into our engine, to see that the vote finds them: an operator read as another."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

FAULTS: Mapping[str, Callable[[str], str]] = {
    "OPTIONAL is a join": lambda query: query.replace("OPTIONAL", ""),
    "UNION is OPTIONAL": lambda query: query.replace("UNION", "OPTIONAL"),
    "MINUS is OPTIONAL": lambda query: query.replace("MINUS", "OPTIONAL"),
    "p* is p+": lambda query: query.replace(")*", ")+"),
    "COUNT(DISTINCT) is COUNT": lambda query: query.replace("COUNT(DISTINCT", "COUNT("),
    "NOT EXISTS is EXISTS": lambda query: query.replace("NOT EXISTS", "EXISTS"),
    "p|q is p": lambda query: re.sub(r"\((\^?<[^>]*>)\|\^?<[^>]*>\)", r"(\1)", query),
}
"""What changes the text of a query on its way to our engine, by the fault that it plants."""
