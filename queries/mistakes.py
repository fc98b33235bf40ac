"""What can be wrong with the value of a parameter: as a sentence, and as a key for pages in any language."""

from enum import StrEnum


class Mistake(StrEnum):
    """The end of a sentence that begins with the value; its details stand in braces."""

    ALIKE = "is not one of the choices; did you mean {close}?"
    NO_CHOICE = "is not one of the choices; there is: {choices}"
    NO_COLUMN = "is no column of {query}; there is: {choices}"
    NO_DATE = "is no date; write 2018, 2018-03 or 2018-03-19"
    NO_NAME = "is empty; write a name, a Wikidata id or an address"
    NO_NUMBER = "is not a whole number from {least} to {most}"
    NO_PAGE = "is over the number of pages, {most}"
    NO_SWITCH = "is not 1 or 0"
    NO_YEAR = "must be a year or {other}"
    REVERSED = "is before the begin, {begin}; give a later one, or an earlier begin"
    REPEATED = "is given {count} times; give it once"
    TOO_LONG = "is longer than {most} characters"
    UNKNOWN = "is given, but {query} has no such parameter; there is: {choices}"
    UNKNOWN_ALIKE = "is given, but {query} has no such parameter; did you mean {close}?"
    TOO_OFTEN = "is given more than {most} times"
    BESIDE = "is given together with {other}; give one of them"
    CONTROL = "has the control character {control}; leave it out"
    NO_GRAPH = "is missing: give graph=IRI of a named graph, or default"
    NO_IRI = "is not an absolute IRI"
    NO_QUERY = "is missing; write a query"
    NO_ROW = "is no row of this answer"
    NO_SECONDS = "must be a number of seconds over 0 and at most {most}"
    NO_TEXT = "holds characters that UTF-8 has not"
    NO_VALUE = "takes no value"
    NEEDED = "is needed: {label} ({kind})"

    @property
    def key(self) -> str:
        """Return the name of this mistake in a catalogue of texts."""
        return self.name.lower().replace("_", "-")
