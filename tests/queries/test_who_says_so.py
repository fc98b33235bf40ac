"""Whoever is told of a source is told who published it: what we call a page says nothing of that."""

import pytest

from queries import catalogue

WITH_SOURCES = sorted(slug for slug, query in catalogue().items() if "sourceTitle" in query.columns)


@pytest.mark.parametrize("slug", WITH_SOURCES)
def test_a_source_stands_beside_its_publisher(slug):
    columns = catalogue()[slug].columns
    assert columns.index("publisher") == columns.index("sourceTitle") - 1
