"""The patch between two releases: what went, what came, and what a copy must be afterwards."""

import gzip
import hashlib

from graph.downloads.changes import PATCH, write_patch
from ontology import BASE

OLD = [b'<a:a> <a:p> "1" <a:g> .\n', b"<a:b> <a:p> <a:c> <a:g> .\n"]
NEW = [b'<a:a> <a:p> "1" <a:g> .\n', b"<a:b> <a:p> <a:d> <a:g> .\n", b"<a:c> <a:p> <a:c> <a:g> .\n"]


def test_a_patch_names_both_releases_and_every_quad_that_differs(tmp_path):
    digest = hashlib.sha256(b"".join(NEW)).hexdigest()
    file = write_patch(("2026-01-01-0a", "2026-01-02-0b"), OLD, NEW, digest, tmp_path)
    assert (file.name, file.media_type, file.kind) == (PATCH, "application/rdf-patch", "changes")
    assert gzip.decompress((tmp_path / PATCH).read_bytes()).decode().splitlines() == [
        f"H id <{BASE}release/2026-01-02-0b> .",
        f"H prev <{BASE}release/2026-01-01-0a> .",
        f'H sha256 "{digest}" .',
        "TX .",
        "D <a:b> <a:p> <a:c> <a:g> .",
        "A <a:b> <a:p> <a:d> <a:g> .",
        "A <a:c> <a:p> <a:c> <a:g> .",
        "TC .",
    ]


def test_equal_releases_have_an_empty_patch(tmp_path):
    write_patch(("a", "b"), OLD, OLD, "0", tmp_path)
    lines = gzip.decompress((tmp_path / PATCH).read_bytes()).splitlines()
    assert [line[:2] for line in lines] == [b"H ", b"H ", b"H ", b"TX", b"TC"]
