"""``python -m groundswell.insights.bundle`` writes the script that draws charts in the browser.

It holds Vega, Vega-Lite and Vega-Embed as the installed vl-convert brings them, and is part of setting up: nothing of
them is kept among our own files, and no page loads anything from elsewhere.
"""

from importlib.metadata import version
from pathlib import Path

SNIPPET = "window.vegaEmbed = vegaEmbed;"
TARGET = Path(__file__).parent / "static" / "insights" / "vega.js"


def main() -> None:
    """Write the bundle anew if it is not there or of another version."""
    import vl_convert

    head = f"// made by groundswell.insights.bundle from vl-convert {version('vl-convert-python')}\n"
    if not TARGET.exists() or not TARGET.read_text().startswith(head):
        TARGET.write_text(head + vl_convert.javascript_bundle(SNIPPET))


if __name__ == "__main__":
    main()
