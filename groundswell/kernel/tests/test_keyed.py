"""A sorted map of columns behaves like a dict."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from groundswell.kernel import keyed
from groundswell.kernel.keyed import Keyed

KEYS = st.integers(1, 30)


@settings(max_examples=60)
@given(puts=st.lists(st.lists(st.tuples(KEYS, st.integers(-5, 5)), max_size=8), max_size=8))
def test_it_keeps_the_last_row_of_each_key_across_both_levels(puts: list[list[tuple[int, int]]]) -> None:
    small, keyed._SMALL = keyed._SMALL, 4  # so that rows move to the large level
    try:
        table, model = Keyed(value="i8"), {}
        for pairs in puts:
            table.put(np.array([key for key, _ in pairs], "u8"), value=np.array([value for _, value in pairs], "i8"))
            model.update(dict(pairs))
    finally:
        keyed._SMALL = small
    asked = np.arange(1, 31, dtype="u8")
    rows, there = table.rows(asked)
    assert [int(key) for key in asked[there]] == sorted(model)
    assert dict(zip(asked[there].tolist(), rows["value"][there].tolist(), strict=True)) == model
