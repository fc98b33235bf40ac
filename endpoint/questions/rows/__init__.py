"""The rows of an answer and how readers move among them: pages, totals, order, rows with one value.

A filled question and the request come in, numbers and links go out. Begin with ``numbers``.
"""
