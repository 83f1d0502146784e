"""All metrics by key. Upper streets register theirs."""

from groundswell.kernel.errors import not_found
from groundswell.kernel.words import said
from groundswell.metrics import adoption, loops
from groundswell.metrics.metric import Metric

METRICS: dict[str, Metric] = {metric.key: metric for metric in (*adoption.METRICS, *loops.METRICS)}


def register(metric: Metric) -> None:
    """Add a metric of an upper street."""
    METRICS[metric.key] = metric


def metric_of(key: str) -> Metric:
    """The metric of that key. Raises Refusal 404."""
    if key not in METRICS:
        raise not_found(
            said("There is no metric %(key)r.", key=key), hint=said("There are %(keys)s.", keys=", ".join(METRICS))
        )
    return METRICS[key]
