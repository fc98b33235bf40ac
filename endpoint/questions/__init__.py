"""The canned questions over HTTP: a slug and its parameters come in, rows or a page with a form go out.

The questions themselves are the ``.rq`` files of the package ``queries``. Begin with ``answer``: it has the
routes; ``page`` is what browsers get.
"""
