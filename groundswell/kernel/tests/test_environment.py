"""Settings that make no sense stop the start with a sentence."""

import pytest

from groundswell.kernel.environment import BadSetting, networks, number


def test_networks_and_addresses_stand_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    assert networks("NEIGHBOURS", "127.0.0.0/8, ::1") == ["127.0.0.0/8", "::1/128"]
    monkeypatch.setenv("GROUNDSWELL_NEIGHBOURS", "")
    assert networks("NEIGHBOURS", "127.0.0.0/8") == []


@pytest.mark.parametrize("value", ["proxy", "10.0.0.1/8", "10.0.0.0/8;::1", "*"])
def test_what_is_no_network_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("GROUNDSWELL_NEIGHBOURS", value)
    with pytest.raises(BadSetting, match="networks such as"):
        networks("NEIGHBOURS", "")


@pytest.mark.parametrize("value", ["many", "1.5", "-1"])
def test_what_is_no_number_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("GROUNDSWELL_HOW_MANY", value)
    with pytest.raises(BadSetting, match="must be"):
        number("HOW_MANY", 1)
