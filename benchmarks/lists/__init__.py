"""Lists come in, what becomes of them goes out, for a person to judge.

``who_is_who`` shows how the parties of ../shared/data were decided, ``add_lists`` what a further list
changes, ``fuzz_lists`` what damaged files do to the readers, ``wikidata_dump`` how fast a dump is read.
"""
