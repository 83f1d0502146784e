"""Answers worked out the slow way: plain Python over plain messages, written to be believed rather than to be fast.

What Groundswell answers is held against this. Messages are Segment's, as dictionaries, in the order of their receipt;
``timestamp`` is taken as it is.
"""

from tests.reference.funnel import funnel
from tests.reference.trend import trend

__all__ = ["funnel", "trend"]
