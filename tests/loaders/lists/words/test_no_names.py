"""What is no name is told from names of places, and why."""

from __future__ import annotations

import pytest

from loaders.lists.words.no_names import find_no_name


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("123", "no letters"),
        ("[[Köln]]", "markup"),
        ("https://example.org/Ulm", "markup or an address"),
        ("M%C3%BCnchen", "markup or an address"),
        (r"M\u00fcnchen", "markup or an address"),
        ("K?ln", "lost a letter"),
        ("Malm?", "lost a letter"),
        ("K\ufffdln", "lost a letter"),
        ("ditto", "stands above"),
        ("dto.", "stands above"),
        ("s. o.", "stands above"),
        ("Seperti di atas", "stands above"),
        ("同上", "stands above"),
        ("Total", "a sum"),
        ("Total: 12", "a sum"),
        ("Jumlah 12", "a sum"),
        ("合計 12", "a sum"),
        ("12 cities", "a sum"),
        ("Source: Wikipedia", "a note"),
        ("Quelle: Deutscher Städtetag, 2020", "a note"),
        ("Catatan: sementara", "a note"),
        ("出典: 総務省", "a note"),
        ("Various cities", "several places"),
        ("others", "several places"),
        ("dan lain-lain", "several places"),
    ],
)
def test_what_is_no_name_says_why(text, why):
    assert why in find_no_name(text)


@pytest.mark.parametrize(
    "name",
    [
        "", "Ulm", "Same", "Many", "Sama", "Varias", "Totana", "Notodden", "Standerton", "Idem Hill",
        "Sumba", "Sumedang", "Jumla", "Noteć", "Sourcetown", "3 Rivers", "12 de Octubre", "Quellendorf",
        "Saint-Étienne", "Y", "100 Mile House", "Ed",
    ],
)  # fmt: skip
def test_names_of_places_are_names(name):
    assert find_no_name(name) == ""
