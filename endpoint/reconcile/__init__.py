"""The Reconciliation Service API 0.2: names of places come in, candidates with scores and reasons go out.

``service`` has the routes, ``request`` reads what is asked, ``match`` finds candidates.
Begin with ``service``.
"""
