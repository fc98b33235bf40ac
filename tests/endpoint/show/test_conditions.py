"""Conditions and ranges against a plain model of RFC 9110, written down a second time from its words."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from endpoint.show.conditions import FilePart, judge

TAGS = ("a", "b", "a-gzip", "")
TAG_LISTS = st.lists(
    st.tuples(st.sampled_from(["", "W/"]), st.sampled_from(TAGS)), min_size=1, max_size=3
).map(lambda tags: [f'{weak}"{tag}"' for weak, tag in tags])
DATES = ["Sat, 21 Nov 2026 12:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT", "yesterday"]
NO_RANGES = ["bytes=", "bytes=-", "bytes=a-b", "bytes=0-1,3-4", "lines=0-1", "bytes=--1", "0-1", "bytes=²-"]
NUMBERS = st.integers(0, 12)
RANGES = st.one_of(
    st.tuples(NUMBERS, NUMBERS).map(lambda pair: (f"bytes={pair[0]}-{pair[1]}", pair[0], pair[1])),
    NUMBERS.map(lambda first: (f"bytes={first}-", first, None)),
    NUMBERS.map(lambda count: (f"Bytes=-{count}", None, count)),
    st.sampled_from(
        ["bytes=", "bytes=-", "bytes=a-b", "bytes=0-1,3-4", "lines=0-1", "bytes=--1", "0-1", "bytes=²-"]
    ).map(lambda text: (text, None, None)),
)


def is_in(tag, said, strongly):
    if said == "*":
        return True
    return f'"{tag}"' in said or (not strongly and f'W/"{tag}"' in said)


def bytes_of(asked, length):
    """Return the status and the places of the bytes by the words of RFC 9110, 14.1.2."""
    _, first, last = asked
    places = range(length)
    if first is None and last is None:
        return 200, places
    if first is not None and last is not None and last < first:
        return 200, places
    if first is None:
        chosen = places[max(length - last, 0) :]
    else:
        chosen = [place for place in places if place >= first and (last is None or place <= last)]
    return (206, chosen) if len(chosen) else (416, [])


def model(method, tag, length, match, none_match, asked, if_range):
    """Return what RFC 9110, 13.2.2, says, step by step."""
    if method == "POST":
        return 200, range(length)
    if match is not None and not is_in(tag, match, strongly=True):
        return 412, []
    if none_match is not None and is_in(tag, none_match, strongly=False):
        return 304, []
    if method == "GET" and asked is not None and length and if_range in (None, f'"{tag}"'):
        return bytes_of(asked, length)
    return 200, range(length)


@pytest.mark.slow
@given(
    method=st.sampled_from(["GET", "HEAD", "POST"]),
    tag=st.sampled_from(TAGS[:3]),
    length=st.integers(0, 9),
    match=st.none() | st.just("*") | TAG_LISTS,
    none_match=st.none() | st.just("*") | TAG_LISTS,
    asked=st.none() | RANGES,
    if_range=st.none() | st.sampled_from([*(f'"{tag}"' for tag in TAGS), 'W/"a"', 'W/"b"', *DATES]),
    date=st.sampled_from(DATES),
)
@example("GET", "a", 3, None, ['W/"a"'], None, None, DATES[0])
@example("GET", "a", 3, ['W/"a"'], None, None, None, DATES[0])
def test_every_request_gets_what_the_standard_says(
    method, tag, length, match, none_match, asked, if_range, date
):
    headers = {"If-Modified-Since": date, "If-Unmodified-Since": date}
    for name, said in (("If-Match", match), ("If-None-Match", none_match)):
        if said is not None:
            headers[name] = said if said == "*" else ", ".join(said)
    if asked is not None:
        headers["Range"] = asked[0]
    if if_range is not None:
        headers["If-Range"] = if_range
    verdict = judge(method, headers, tag, length)
    status, places = model(method, tag, length, match, none_match, asked, if_range)
    assert verdict.status == status
    if status == 206:
        assert list(range(verdict.first, verdict.end)) == list(places)


@pytest.mark.slow
@given(
    content=st.binary(max_size=30),
    cut=st.tuples(st.integers(0, 30), st.integers(0, 30)).map(sorted),
    sizes=st.lists(st.integers(-1, 40), max_size=5),
)
def test_a_part_of_a_file_reads_as_if_it_were_one(tmp_path_factory, content, cut, sizes):
    first, end = (min(place, len(content)) for place in cut)
    path = tmp_path_factory.mktemp("part") / "file"
    path.write_bytes(content)
    with FilePart(path, first, end) as part:
        assert part.seek(0, 2) == end - first
        assert part.seek(0) == part.tell() == 0
        read = b"".join(part.read(size) for size in sizes) + part.read()
        assert read == content[first:end]
        assert part.read(5) == b""


def test_several_tags_of_which_one_holds_a_comma():
    headers = {"If-None-Match": '"x,y", "a"'}
    assert judge("GET", headers, "x,y").status == 304
    assert judge("GET", headers, "y").status == 200
    assert judge("GET", {"If-None-Match": 'a, "b'}, "a").status == 200, "no tag without its quotation marks"
