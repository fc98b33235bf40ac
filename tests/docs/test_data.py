"""docs/data.md tells the numbers of the bundled release, as `make counts` writes them."""

from tests.docs.data_counts import PAGE, count_data, fill_in


def test_the_numbers_in_the_page_are_those_of_the_release(bundled):
    page = PAGE.read_text(encoding="utf-8")
    assert fill_in(page, count_data(bundled)) == page


def test_only_what_stands_between_the_marks_is_written():
    page = "# Data\n\n<!-- counted by `make counts` -->\nold\n<!-- end of what is counted -->\n\nMore.\n"
    assert fill_in(fill_in(page, "x"), "new") == page.replace("\nold\n", "\n\nnew\n\n")
