"""Queries as trees, so that a difference can be shrunk to the smallest query that shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Tree:
    """A piece of a query: its parts within ``form``, a format of str, or joined by it when it is a list.

    A piece may stand wherever another one of its ``sort`` does. A list keeps ``least`` parts or more.
    """

    sort: str
    form: str
    parts: tuple[Tree, ...] = ()
    least: int | None = None

    def __str__(self) -> str:
        """Return the text."""
        texts = map(str, self.parts)
        return self.form.join(texts) if self.least is not None else self.form.format(*texts)


def leaf(sort: str, text: str) -> Tree:
    """Return a piece without parts."""
    return Tree(sort, text.replace("{", "{{").replace("}", "}}"))


def sequence(sort: str, joined: str, parts: list[Tree], least: int = 1) -> Tree:
    """Return a list of pieces, of which shrinking leaves ``least`` at least."""
    return Tree(sort, joined, tuple(parts), least)


def walk(tree: Tree) -> Iterator[Tree]:
    """Yield a tree and all its pieces."""
    yield tree
    for part in tree.parts:
        yield from walk(part)


def smaller(tree: Tree) -> Iterator[Tree]:
    """Yield the trees that have one piece less, or a piece of one of its own pieces in its place."""
    yield from (part for part in walk(tree) if part.sort == tree.sort and part is not tree)
    if tree.least is not None and len(tree.parts) > tree.least:
        for place in range(len(tree.parts)):
            yield replace(tree, parts=tree.parts[:place] + tree.parts[place + 1 :])
    for place, part in enumerate(tree.parts):
        for instead in smaller(part):
            yield replace(tree, parts=(*tree.parts[:place], instead, *tree.parts[place + 1 :]))


def shrink(tree: Tree, shows: Callable[[Tree], bool], tries: int = 400) -> Tree:
    """Return a tree that still ``shows`` it, from which no piece can be taken, as far as so many tries go."""
    found = True
    while found and tries > 0:
        found = False
        for candidate in smaller(tree):
            tries -= 1
            if shows(candidate):
                tree, found = candidate, True
                break
            if tries <= 0:
                break
    return tree
