"""Pictures drawn on the server: points, arcs and dates come in; shapes for the SVG of a template go out.

``map`` draws places and what links them in the Equal Earth projection, ``land`` has the outline below them,
``strip`` puts claims on an axis of time. Nothing here knows a route or the store. Begin with ``map``.
"""
