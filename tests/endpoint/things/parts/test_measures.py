"""The rank of a place, told on its page."""

import csv

from endpoint.app import close_app, create_app
from tests.kit.http.engine import small_config
from tests.kit.http.site import HTML, Page


def test_ranks_are_those_of_the_published_table(bundled):
    with (bundled.release.path / "files" / "places.csv").open(encoding="utf-8", newline="") as file:
        places = [row for row in csv.DictReader(file) if row["kind"] != "country"]
    partners = {row["id"]: int(row["partners"]) for row in places if row["partners"] != "0"}
    app = create_app(small_config(bundled.home), bundled.release)
    client, degrees = app.test_client(), sorted(set(partners.values()))
    for degree in (*degrees[:2], *degrees[-2:]):
        place = min(place for place, count in partners.items() if count == degree)
        rank = 1 + sum(count > degree for count in partners.values())
        words = Page(client.get(f"/place/{place}.html?lang=en", headers=HTML).text).words("main")[0]
        assert f"{degree} partners: rank {rank:,} of the {len(partners):,} places that have any." in words
    close_app(app)
