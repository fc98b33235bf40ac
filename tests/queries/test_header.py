"""The headers of canned queries are read strictly: what is wrong is named, with its file and key."""

import pytest

from graph.errors import InputError
from queries import catalogue
from queries.canned import VARIABLE_SUFFIXES, CannedQuery, Parameter
from queries.header import read_query

GOOD = """\
#+ summary: Which places have a name?
#+ description: Every place.
#+ tags: [finding]
#+ defaults:
#+   - min: 2
#+ enumerate:
#+   - word: [one, two]
#+ kembar:
#+   title: {en: Names, id: Nama}
#+   summary: Wilayah mana yang mempunyai nama?
#+   description: Setiap wilayah.
#+   parameters:
#+     country: {kind: country, en: Country, id: Negara}
#+     min: {kind: integer, en: Fewest, id: Paling sedikit}
#+     word: {kind: text, en: Word, id: Kata}
#+     limit: {kind: integer, en: Most rows, id: Baris paling banyak}
#+   columns:
#+     name: {en: Name, id: Nama}
#+     total: {en: Total, id: Jumlah}
#+   display: {bars: total}

PREFIX kk: <https://w3id.org/kota-kembar/ontology#>
SELECT ?name (COUNT(?x) + ?_min_integer AS ?total)
WHERE {
  ?x kk:country ?__country_iri ; kk:name ?name . FILTER(LANG(?name) = ?_lang && ?_word = "one")
  ?x kk:part ?__country_iri . # when country
}
GROUP BY ?name ?_min_integer
LIMIT 5
"""


def test_a_good_file_is_read_whole() -> None:
    query = read_query("names", GOOD)
    assert query.slug == "names"
    assert query.title == {"en": "Names", "id": "Nama"}
    assert query.summary == {"en": "Which places have a name?", "id": "Wilayah mana yang mempunyai nama?"}
    assert query.description == {"en": "Every place.", "id": "Setiap wilayah."}
    assert query.tags == ("finding",)
    assert query.columns == ("name", "total")
    assert query.column_labels["total"] == {"en": "Total", "id": "Jumlah"}
    assert query.display == {"bars": "total"}
    assert query.text.startswith("PREFIX kk:")
    assert query.text.endswith("LIMIT 5\n")


def test_parameters_come_in_the_order_of_the_header_and_lang_last() -> None:
    country, least, word, limit, lang = read_query("names", GOOD).parameters
    assert country == Parameter(
        "country", "__country_iri", "country", False, None, {"en": "Country", "id": "Negara"}
    )
    assert (least.variable, least.required, least.default) == ("_min_integer", False, "2")
    assert (word.required, word.choices) == (True, ("one", "two"))
    assert (limit.name, limit.variable, limit.required) == ("limit", "", True)
    assert (lang.variable, lang.default, lang.choices) == ("_lang", "en", ("en", "id"))


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("#+ tags: [finding]", "#+ tags: [finding", "names.rq: the header is not YAML"),
        ("#+ tags:", "#+ tag:", "names.rq: the header has the unknown key 'tag'"),
        ("#+   title:", "#+   titel:", "names.rq: kembar has the unknown key 'titel'"),
        ("#+ summary: Which places have a name?\n", "", "names.rq: summary must be a text"),
        ("#+   summary: Wilayah mana yang mempunyai nama?\n", "", "names.rq: kembar: summary must be a text"),
        ("{en: Names, id: Nama}", "{en: Names}", "names.rq: kembar: title: id must be a text"),
        (
            "{en: Names, id: Nama}",
            "{en: N, id: N, fr: N}",
            "names.rq: kembar: title has the unknown key 'fr'",
        ),
        ("tags: [finding]", "tags: finding", "names.rq: tags must be a list"),
        ("  - min: 2", "  - max: 2", "names.rq: defaults, enumerate name what is no parameter: max"),
        ("  - min: 2", "  - 2", "names.rq: defaults must be a map"),
        ("  - min: 2", "  - {min: 2, word: one}", "names.rq: defaults must be a list of maps"),
        (
            "kind: country",
            "kind: planet",
            "names.rq: kembar: parameters: country: kind 'planet' does not fit",
        ),
        ("kind: integer, en: F", "kind: place, en: F", "parameters: min: kind 'place' does not fit"),
        ("kind: text, en", "kinds: text, en", "kembar: parameters: word has the unknown key 'kinds'"),
        ("#+     word: {", "#+     words: {", "and the variables of the query differ in: word, words"),
        ("LIMIT 5\n", "", "and the variables of the query differ in: limit"),
        ("?_word ", "?_a_word ", "names.rq: ?_a_word is no name for a parameter"),
        ("?_word ", "?__min_integer ", "?_min_integer is no name for a parameter"),
        ("# when country", "# when min", "names.rq: # when must name an optional parameter, not min"),
        (
            "#+     total:",
            "#+     sum:",
            "kembar: columns must be those of the SELECT, in order: name, total",
        ),
        ("{bars: total}", "{bars: sum}", "kembar: display: bars names no column: 'sum'"),
        ("{bars: total}", "{pie: total}", "kembar: display has the unknown key 'pie'"),
        ("kind: country,", "kind: country, example: x,", "parameters: country: example is for a parameter"),
        (
            "#+   display",
            "#+   counts: {all: {en: All, id: Semua}}\n#+   display",
            "counts: all: where must be",
        ),
        ("PREFIX kk:", "#+ late: yes\nPREFIX kk:", "the header must be one block of #+ lines at the top"),
    ],
)
def test_a_fault_names_the_file_and_the_key(old: str, new: str, complaint: str) -> None:
    assert old in GOOD
    with pytest.raises(InputError) as caught:
        read_query("names", GOOD.replace(old, new, 1))
    assert complaint in str(caught.value)


def test_a_file_without_a_header_is_refused() -> None:
    with pytest.raises(InputError, match=r"bare\.rq: the header must be one block"):
        read_query("bare", "SELECT ?x WHERE { ?x a ?y }\n")


def test_every_file_of_the_catalogue_is_read_in_order_of_its_name() -> None:
    slugs = list(catalogue())
    assert slugs == sorted(slugs)
    assert len(slugs) == 29
    assert catalogue() is catalogue()


@pytest.mark.parametrize("query", catalogue().values(), ids=catalogue())
def test_every_query_starts_with_what_people_read(query: CannedQuery) -> None:
    addresses = [query.column_labels[name]["en"].endswith("(address)") for name in query.columns]
    assert not addresses[0]
    after = query.columns[addresses.index(True) :] if True in addresses else ()
    readable = {name for name in after if not query.column_labels[name]["en"].endswith("(address)")}
    assert readable <= {"url", "point"}


@pytest.mark.parametrize("query", catalogue().values(), ids=catalogue())
def test_every_text_is_there_in_both_languages(query: CannedQuery) -> None:
    texts = [query.title, query.summary, query.description, *query.column_labels.values()]
    texts += [parameter.label for parameter in query.parameters]
    texts += [count.label for count in query.counts]
    assert all(set(text) == {"en", "id"} for text in texts)
    assert query.summary["en"].endswith("?")
    assert query.summary["id"].endswith("?")
    assert {parameter.kind for parameter in query.parameters} <= set(VARIABLE_SUFFIXES)
