"""Answers that Excel opens right: CSV with a byte order mark, without which it does not take it for UTF-8."""

from __future__ import annotations

import codecs

from endpoint.sparql.answer import Form

MARK = "bom"
"""The parameter that asks for the mark: ``?bom=1``."""
MARKED = Form(MARK, ("text/csv", "text/tab-separated-values"), lambda body: codecs.BOM_UTF8 + body)
"""A table of text with the mark before it; other answers stay as they are."""
