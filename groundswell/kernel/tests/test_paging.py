"""Lists a page at a time."""

import pytest

from groundswell.kernel.paging import number_of, page_of


def test_the_pages_of_a_list_hold_all_of_it_once() -> None:
    everything = list(range(101))
    pages = [page_of(everything, number, size=50) for number in (1, 2, 3)]
    assert [item for page in pages for item in page.items] == everything
    assert [(page.first, page.last) for page in pages] == [(1, 50), (51, 100), (101, 101)]
    assert [(page.has_before, page.has_after) for page in pages] == [(False, True), (True, True), (True, False)]


def test_a_page_beyond_the_end_is_empty_and_says_so() -> None:
    page = page_of([1, 2], 9)
    assert (list(page.items), page.first, page.has_after) == ([], 0, False)


@pytest.mark.parametrize("text", [None, "", "0", "-1", "x", "1.5", "²", "१", "9" * 5_000])
def test_what_is_no_page_is_the_first(text: str | None) -> None:
    assert number_of(text) == 1


def test_a_page_that_is_asked_for_is_given() -> None:
    assert number_of("7") == 7
