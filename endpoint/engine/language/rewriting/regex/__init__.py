"""Calls of REGEX and REPLACE come in; pieces of ``patterns`` that the engine cannot be asked go out.

So do the edits of what REPLACE puts in (``replacements``), which the engine reads otherwise than XPath.
"""
