"""The lists of ../shared/data come in, lists for a person to judge the matching by go out.

``who_is_who`` shows how their parties were decided, ``add_lists`` what a further list changes.
"""
