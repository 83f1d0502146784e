"""How a numerator and a denominator become a value. None where nothing can be said."""

import numpy as np

from groundswell.metrics.types import Number, Parts


def counted(parts: Parts) -> Number:
    """The numerator alone."""
    return parts.above.total


def share(parts: Parts) -> float | None:
    """100 × numerator / denominator."""
    found = ratio(parts)
    return None if found is None else 100 * found


def ratio(parts: Parts) -> float | None:
    """Numerator / denominator."""
    below = parts.below.total if parts.below else 0
    return parts.above.total / below if below else None


per_day = ratio


def median(parts: Parts) -> float | None:
    """The median of the numerator's weights."""
    weight = parts.above.weight
    return float(np.median(weight)) if weight is not None and len(weight) else None
