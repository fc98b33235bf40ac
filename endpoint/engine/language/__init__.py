"""The text of a query comes in; a ``Reading`` of what it is, or why it is refused or wrong, goes out.

``tokens`` takes the text apart, ``nesting`` measures its shape, ``suspects`` tells whether ``rewriting`` is
needed, ``guard`` makes the Reading or refuses, and
``diagnosis`` says what is wrong where the engine found a mistake. Begin with ``guard``.
"""
