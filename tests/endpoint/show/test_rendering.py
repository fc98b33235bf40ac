"""What a page may not hold although somebody sent it."""

import re

import pytest

from tests.kit.http.site import HTML


@pytest.mark.parametrize("sent", ["%00", "%1B", "%7F", "%C2%85", "a%01b"])
@pytest.mark.parametrize("path", ["/search?q={}", "/queries/growth-by-year?from={}", "/{}"])
def test_no_page_holds_a_control_character(client, path, sent):
    text = client.get(path.format(sent), headers=HTML).text
    assert "</html>" in text
    assert not re.search("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]", text)


def test_what_stands_for_it_is_shown(client):
    assert "a\ufffdb" in client.get("/search?q=a%01b", headers=HTML).text
