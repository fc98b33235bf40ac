"""Texts, dates and numbers in both languages, and the catalogues that hold the texts."""

import ast
import re
import shutil
import zipfile
from string import Formatter

import pytest
from hatchling.builders.wheel import WheelBuilder
from jinja2 import Environment, nodes

from endpoint.show.addresses import THING_KINDS
from endpoint.show.texts import (
    LANGUAGES,
    LOCALES,
    TERMS,
    format_date,
    format_number,
    format_share,
    plural,
    term,
    translate,
)
from hatch_build import compile_catalogues
from ontology import KK, PREFIXES, ontology
from tests.kit.paths import ROOT
from tests.kit.texts import COMPUTED, KEYWORDS, catalogue_path, read_catalogue, update_catalogue, used_keys

# ---- dates and numbers


@pytest.mark.parametrize(
    ("lexical", "english", "indonesian"),
    [
        ("2018-03-19", "19 March 2018", "19 Maret 2018"),
        ("2018-03", "March 2018", "Maret 2018"),
        ("2018", "2018", "2018"),
        ("1985-08-01", "1 August 1985", "1 Agustus 1985"),
        ("0794-05", "May 794", "Mei 794"),
        ("not a date", "not a date", "not a date"),
    ],
)
def test_a_date_is_written_as_precisely_as_it_is_known(lexical, english, indonesian):
    assert format_date(lexical, "en") == english
    assert format_date(lexical, "id") == indonesian


@pytest.mark.parametrize(
    ("value", "english", "indonesian"),
    [
        (7, "7", "7"),
        (2018, "2018", "2018"),
        (33294, "33,294", "33.294"),
        (-5, "\u22125", "\u22125"),
        (0.5, "0.5", "0,5"),
        ("7.00", "7.00", "7,00"),
        ("1234567.25", "1,234,567.25", "1.234.567,25"),
        ("-7.25", "\u22127.25", "\u22127,25"),
        ("1" * 31, "1" + ",111" * 10, "1" + ".111" * 10),
        ("1.0E6", "1.0E6", "1.0E6"),
        ("many", "many", "many"),
        ("", "", ""),
    ],
)
def test_a_number_has_the_separators_of_the_language(value, english, indonesian):
    assert format_number(value, "en") == english
    assert format_number(value, "id") == indonesian


# ---- texts


def test_translate_fills_its_places_and_knows_no_other_key():
    assert translate("release.heading", "id", id="2026") == "Rilis 2026"
    with pytest.raises(KeyError, match=r"release\.nothing"):
        translate("release.nothing", "en")


@pytest.mark.parametrize(
    ("count", "english", "indonesian"),
    [(0, "0 rows", "0 baris"), (1, "1 row", "1 baris"), (12345, "12,345 rows", "12.345 baris")],
)
def test_a_plural_fits_its_count(count, english, indonesian):
    assert (plural("rows", count, "en"), plural("rows", count, "id")) == (english, indonesian)


def test_a_plural_knows_no_other_key():
    with pytest.raises(KeyError, match=r"release\.heading"):
        plural("release.heading", 1, "en")


def test_a_term_that_has_no_words_is_none():
    assert term("dcterms:title", "id") == "judul"
    assert term("dcterms:nothing", "id") is None


def test_every_term_is_a_property_a_kind_or_a_column():
    queries = [*(ROOT / "queries").glob("*.rq"), *(ROOT / "endpoint").rglob("*.py")]
    columns = set(re.findall(r"[?$](\w+)", "".join(path.read_text(encoding="utf-8") for path in queries)))
    kinds = {f"^{kind}" for kind in (*THING_KINDS, "ontology")}
    properties = {name for name in TERMS if ":" in name}
    for prefix, local in (name.removeprefix("^").split(":") for name in properties):
        assert prefix in PREFIXES
        assert prefix != "kk" or (KK[local], None, None) in ontology(), local
    assert set(TERMS) - properties <= columns | kinds


# ---- the catalogues


@pytest.fixture(params=LANGUAGES)
def catalogue(request):
    return read_catalogue(request.param)


def forms(message):
    """Return the texts of a message: one, or one for each form of the plural."""
    return [message.string] if isinstance(message.string, str) else list(message.string)


def places(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.slow
def test_a_catalogue_has_the_texts_that_are_used_and_no_others(catalogue):
    held = {message.id for message in catalogue if message.id}
    assert used_keys() - held == set(), "used by the code: run `make texts` and fill them in"
    assert held - used_keys() == set(), "used by nobody: run `make texts`"


def test_no_text_is_missing_or_a_guess(catalogue):
    assert not catalogue.fuzzy
    for message in catalogue:
        assert all(text.strip() for text in forms(message)), message.id
        assert len(forms(message)) == (catalogue.num_plurals if message.pluralizable else 1), message.id
        assert not message.fuzzy, message.id


def test_the_languages_have_the_same_places():
    english, indonesian = map(read_catalogue, LANGUAGES)
    for message in english:
        if message.id:
            texts = forms(message) + forms(indonesian[message.id])
            assert all(places(text) == places(texts[0]) for text in texts), texts


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_is_as_make_texts_writes_it(language):
    written = update_catalogue(read_catalogue(language)).decode()
    held = catalogue_path(language).read_text(encoding="utf-8")
    assert written.partition("\n\n")[2] == held.partition("\n\n")[2]  # the head names the version of Babel


@pytest.mark.slow
def test_a_new_key_waits_for_its_text_and_an_old_one_goes(catalogue):
    catalogue.delete("nav.about")
    catalogue.add("nav.abuot", "Tentang")
    written = update_catalogue(catalogue).decode()
    assert 'msgid "nav.about"\nmsgstr ""\n' in written
    assert "nav.abuot" not in written
    assert "fuzzy" not in written


# ---- keys


def python_keys():
    """Yield the first argument of every call for a text in Python, with the name of the calling function."""
    for path in sorted((ROOT / "endpoint").rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for call in ast.walk(function) if isinstance(function, ast.FunctionDef) else ():
                match call:
                    case ast.Call(func=ast.Name(called) | ast.Attribute(_, "add_table" as called)):
                        if called in KEYWORDS:
                            yield call.args[0], function.name


def template_keys():
    """Yield the first argument of every call for a text in templates."""
    for path in sorted((ROOT / "endpoint" / "templates").rglob("*.html")):
        for call in Environment().parse(path.read_text(encoding="utf-8")).find_all(nodes.Call):
            if getattr(call.node, "name", "") in KEYWORDS:
                yield call.args[0]


@pytest.mark.slow
def test_a_key_is_written_out_or_declared_with_the_names_that_follow():
    beginnings, hand_on = set(), set()
    for key, function in python_keys():
        match key:
            case ast.Constant(value=str()):
                pass
            case ast.JoinedStr(values=[ast.Constant(value=beginning), *_]):
                beginnings.add(beginning)
            case ast.Name():
                hand_on.add(function)
            case _:
                pytest.fail(f"{function} asks for the text {ast.unparse(key)}: write out each key")
    for key in template_keys():
        match key:
            case nodes.Const():
                pass
            case nodes.Concat(nodes=[nodes.Const(value=beginning), *_]):
                beginnings.add(beginning)
            case _:
                pytest.fail(f"line {key.lineno} of a template: write out each key")
    assert beginnings == COMPUTED.keys()
    assert hand_on <= KEYWORDS.keys()


# ---- compiling


@pytest.mark.slow
def test_a_changed_catalogue_is_compiled_again_and_no_other(tmp_path):
    shutil.copytree(LOCALES, tmp_path / LOCALES.relative_to(ROOT))
    english, indonesian = (tmp_path / catalogue_path(language).relative_to(ROOT) for language in LANGUAGES)
    compile_catalogues(tmp_path)
    before = english.with_suffix(".mo").stat().st_mtime_ns
    text = indonesian.read_text(encoding="utf-8")
    indonesian.write_text(text.replace('msgstr "Tentang"', 'msgstr "Perihal"'), encoding="utf-8")
    compile_catalogues(tmp_path)
    assert b"Perihal" in indonesian.with_suffix(".mo").read_bytes()
    assert english.with_suffix(".mo").stat().st_mtime_ns == before


def test_the_tests_read_the_texts_that_the_catalogues_hold(catalogue):
    for message in catalogue:
        if message.id and not message.pluralizable:
            values = {name: "" for name in places(message.string)}
            assert translate(message.id, str(catalogue.locale), **values) == message.string.format(**values)


def test_a_wheel_holds_the_compiled_texts(tmp_path):
    source = tmp_path / "source"
    shutil.copytree(ROOT / "endpoint", source / "endpoint", ignore=shutil.ignore_patterns("*.mo"))
    for name in ("pyproject.toml", "hatch_build.py", ".gitignore", "README.md", "LICENSE", "LICENSE-DATA"):
        shutil.copy(ROOT / name, source)
    (wheel,) = WheelBuilder(str(source)).build(directory=str(tmp_path))
    held = zipfile.ZipFile(wheel).namelist()
    for language in LANGUAGES:
        assert f"endpoint/show/locale/{language}/LC_MESSAGES/kembar.mo" in held


@pytest.mark.parametrize(
    ("share", "written"),
    [
        (0, "0%"),
        (0.0005, "< 0.1%"),
        (0.003, "0.3%"),
        (0.004999, "0.5%"),
        (0.327, "33%"),
        (0.9999, "99.9%"),
        (1, "100%"),
    ],
)
def test_a_little_is_not_told_as_nothing_and_much_not_as_all(share, written):
    assert format_share(share, "en") == written
    assert format_share(share, "id") == written.replace(".", ",")
