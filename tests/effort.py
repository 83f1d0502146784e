"""How much a test tries: all of it where time is no matter (``bin/test --long``, single tests), a part in every run."""

from hypothesis import settings

IS_BRIEF = settings.get_current_profile_name() == "ci"
STRIDE = 3 if IS_BRIEF else 1  # from one point at which everything dies to the next


def examples(number: int) -> int:
    """How many random examples."""
    return number * 2 // 5 if IS_BRIEF else number
