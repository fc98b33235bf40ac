"""The text of a query comes in; what it is, whether it may run, and what is wrong with it go out.

All of it is decided on tokens, never by looking for words in a text. Begin with ``guard``.
"""
