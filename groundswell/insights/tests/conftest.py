"""Pages wait for their answers, however slow the machine is: what a page says without one has tests of its own."""

import pytest


@pytest.fixture(autouse=True)
def patient_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    for page in ("asking", "who"):
        monkeypatch.setattr(f"groundswell.insights.pages.{page}.PATIENCE", 30)
