"""Which particle follows a word."""

import pytest

from groundswell.kernel.korean import particle


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("사람", "을"), ("회사", "를"), ("가입", "을"), ("요금제", "를"),
        ("Signed Up", "을"), ("Board Created", "를"), ("Invite Sent", "를"), ("trial", "을"), ("plan", "을"),
        ("Logged In", "을"), ("Checkout", "를"), ("click", "을"), ("channel", "을"), ("Set", "을"), ("Team", "을"),
        ("MRR", "을"), ("API", "를"), ("URL", "을"), ("10", "을"), ("5", "를"), ("2024", "를"), ("7", "을"),
        ("“보드”", "를"), ("Board (new)", "를"),
    ],
)  # fmt: skip
def test_the_object_particle_goes_with_how_the_word_ends(word: str, expected: str) -> None:
    assert particle(word, "을/를") == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [("서울", "로"), ("부산", "으로"), ("제주", "로"), ("channel", "로"), ("plan", "으로"), ("7", "로")],
)
def test_the_particle_of_direction_is_short_after_l(word: str, expected: str) -> None:
    assert particle(word, "으로/로") == expected


@pytest.mark.parametrize("word", ["", "…", "東京", "🙂", "Décidé é", "\u202e"])
def test_what_cannot_be_read_gets_both(word: str) -> None:
    assert particle(word, "이/가") == "이(가)"
