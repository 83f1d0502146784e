"""How long each card of the ready dashboards takes when it is asked again, over the history of ``bench.questions``.

Wanted: under a second, warm, at 50 million events. Answers are not kept: each time all of it is counted.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections import defaultdict

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "groundswell.web.settings")

DATES = {"-84d": "2026-08-25", "-30d": "2026-10-18", "-1d": "2026-11-16"}  # counted back from the day after the last
ROLES = {"visited": "Feature 04", "signed_up": "Feature 12", "invited": "Feature 08", "signed_in": "Feature 05"}
FEATURES = [f"Feature {number:02}" for number in range(4)]


def main() -> None:
    """A line for each card: the first time, and the median of those after it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--events", type=float, default=50e6)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--keep", help="a folder that is filled once and used again")
    chosen = options.parse_args()
    os.environ["GROUNDSWELL_DATA"] = chosen.keep or tempfile.mkdtemp(prefix="groundswell-bench-")
    from bench.questions import prepared

    project = prepared(int(chosen.events))
    from groundswell.dashboards.gallery import RECIPES, Words
    from groundswell.insights.service import ask

    words = Words(project)
    words.roles, words.features = defaultdict(lambda: FEATURES[0], ROLES), FEATURES
    print(f"{'card':60} {'first':>8} {'again':>8}")
    for recipe in RECIPES.values():
        for card in recipe.cards(words):
            if "question" not in card:
                continue
            question = {name: DATES.get(str(value), value) for name, value in card["question"].items()}
            times = []
            for _ in range(chosen.runs + 1):
                begun = time.perf_counter()
                ask(project, question)
                times.append(time.perf_counter() - begun)
            again, name = statistics.median(times[1:]), f"{recipe.key}: {card['title']}"
            print(f"{name:60.60} {times[0]:6.2f} s {again:6.2f} s", flush=True)


if __name__ == "__main__":
    main()
