"""The program, whose questions are two fifths done and no further while a file called ``hold`` lies in its data folder.
Each that is stopped meanwhile leaves a letter in ``stopped``."""

import os
import sys
import time
from pathlib import Path
from typing import Any

import groundswell.web.asgi  # noqa: F401 - has everything loaded, so that the desk can be reached
from groundswell.cli.root import main
from groundswell.insights import desk
from groundswell.insights.service import ask
from groundswell.kernel.errors import Refusal
from groundswell.store import service as store

DATA = Path(os.environ["GROUNDSWELL_DATA"])


def held(*args: Any, **kwargs: Any) -> Any:
    """The answer, once it may be given."""
    with store.stage(5) as stage:
        stage.advance()
        stage.advance()
        while (DATA / "hold").exists():
            try:
                store.look()
            except Refusal:
                with (DATA / "stopped").open("a") as stopped:
                    stopped.write("s")
                raise
            time.sleep(0.02)
    return ask(*args, **kwargs)


if __name__ == "__main__":
    desk.ask = held  # type: ignore[assignment]
    sys.exit(main())
