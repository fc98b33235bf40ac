"""The value types: claims as sources state them, records of lists, and what we conclude from both.

With them go what they are made of: dates, IRIs, terms. Begin with ``claims``.
"""
