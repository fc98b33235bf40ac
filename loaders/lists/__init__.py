"""Any table comes in, records with their parties as written go out; each row is a record or an issue.

``settings`` says what a collection.toml may state, ``cells`` reads files, ``parties`` reads who is
meant, ``row_claims`` what is claimed and its dates. Begin with ``load``.
"""
