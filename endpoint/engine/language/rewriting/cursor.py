"""A place in the tokens of a query that moves on; what it cannot read is Unreadable, never passed over."""

from __future__ import annotations

from collections.abc import Sequence

from endpoint.engine.language.tokens import MARK, WORD, Kind, Token

_OPENS = {"(": ")", "[": "]", "{": "}", "{|": "|}", "<<": ">>"}


class Unreadable(Exception):
    """The tokens are no SPARQL here, or SPARQL that is not rewritten; ``what`` is said of the latter."""

    def __init__(self, what: str, token: Token) -> None:
        """Carry what stands in the way, and where."""
        self.what, self.start = what, token.start
        super().__init__(what)


class Cursor:
    """The tokens from ``place`` on; past the last one stands a token without text.

    ``closings`` tells where each group ends, by where it begins, both as places.
    """

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        """Start at the first token."""
        self.text, self.place = text, 0
        self.tokens = (*tokens, Token(MARK, "", len(text), 0))
        self._words = [
            token.text if token.kind is MARK else token.text.upper() if token.kind is WORD else ""
            for token in self.tokens
        ]
        self.closings = _pair_braces(self._words)

    @property
    def token(self) -> Token:
        """Return the token to be read next."""
        return self.tokens[self.place]

    @property
    def last(self) -> Token:
        """Return the token read before."""
        return self.tokens[self.place - 1]

    @property
    def word(self) -> str:
        """Return the mark or the keyword (in capitals) to be read next, nothing when it is neither."""
        return self._words[self.place]

    def take(self) -> Token:
        """Return the next token and move past it. Raises Unreadable at the end."""
        token = self.tokens[self.place]
        if not token.text:
            raise Unreadable("", token)
        self.place += 1
        return token

    def accept(self, *words: str) -> bool:
        """Return whether one of these marks or keywords was next, and move past it then."""
        found = self._words[self.place] in words
        self.place += found
        return found

    def expect(self, word: str) -> Token:
        """Move past this mark or keyword; raises Unreadable when another token is next."""
        if not self.accept(word):
            raise Unreadable("", self.token)
        return self.last

    def expect_kind(self, *kinds: Kind) -> Token:
        """Move past a token of one of these kinds; raises Unreadable when another one is next."""
        if self.token.kind not in kinds:
            raise Unreadable("", self.token)
        return self.take()

    def skip_brackets(self) -> None:
        """Move from an opening bracket past the one that closes it. Raises Unreadable without one."""
        closing = [_OPENS[self.take().text]]
        while closing:
            word = self.word
            self.take()
            if word in _OPENS:
                closing.append(_OPENS[word])
            elif word == closing[-1]:
                closing.pop()

    def since(self, place: int) -> str:
        """Return the text from a token on up to the next one to be read."""
        return self.text[self.tokens[place].start : end_of(self.last)] if place < self.place else ""


def _pair_braces(words: Sequence[str]) -> dict[int, int]:
    opened: list[int] = []
    pairs: dict[int, int] = {}
    for place, word in enumerate(words):
        if word == "{":
            opened.append(place)
        elif word == "}" and opened:
            pairs[opened.pop()] = place
    return pairs


def end_of(token: Token) -> int:
    """Return where a token ends."""
    return token.start + len(token.text)
