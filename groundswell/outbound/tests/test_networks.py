"""Which numbers may be reached, and how addresses are understood."""

import pytest
from pytest_django import Settings

from groundswell.kernel.errors import Refusal
from groundswell.outbound.addresses import checked
from groundswell.outbound.client import request, resolve
from groundswell.outbound.networks import may_be_reached

CLOSED = [
    "0.0.0.0", "0.1.2.3", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1",
    "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "168.63.129.16",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "::10.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1",
    "2001:0:7f00:1::1", "2001:0:808:808:0:0:f5ff:fffe", "2001:db8::1", "100::1", "fc00::1", "fd00:ec2::254", "fe80::1",
    "fe80::1%eth0", "fec0::1", "ff02::1",
]  # fmt: skip
OPEN = ["8.8.8.8", "1.1.1.1", "172.32.0.1", "192.169.0.1", "100.128.0.1", "2606:4700:4700::1111", "::ffff:8.8.8.8",
        "2002:808:808::1", "64:ff9b::808:808"]  # fmt: skip


@pytest.mark.parametrize("number", CLOSED)
def test_private_numbers_are_closed(number: str) -> None:
    assert not may_be_reached(number)


@pytest.mark.parametrize("number", OPEN)
def test_numbers_of_the_internet_are_open(number: str) -> None:
    assert may_be_reached(number)


def test_the_operator_opens_networks_and_no_more(settings: Settings) -> None:
    settings.ALLOW_NETWORKS = ["10.1.0.0/16", "fd12::/16"]
    assert [may_be_reached(each) for each in ("10.1.2.3", "::ffff:10.1.2.3", "fd12::9")] == [True] * 3
    assert [may_be_reached(each) for each in ("10.2.0.1", "127.0.0.1", "fd13::9", "::ffff:10.2.0.1")] == [False] * 4


# The system understands all of these as this machine, or as 10.0.0.1.
SPELLINGS = ["127.0.0.1", "2130706433", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "127.1", "017700000001", "10.1",
             "localhost", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]"]  # fmt: skip


@pytest.mark.parametrize("host", SPELLINGS)
def test_however_a_private_number_is_spelled_it_is_refused(host: str) -> None:
    with pytest.raises(Refusal, match="lies in a network that no requests go to") as refused:
        request("POST", f"http://{host}:9/")
    assert (refused.value.status, refused.value.code) == (400, "closed_network")
    assert "GROUNDSWELL_ALLOW_NETWORKS" in refused.value.hint


@pytest.mark.parametrize("host", ["2130706433", "0177.0.0.1", "0x7f.1"])
def test_the_system_does_understand_these_spellings(host: str) -> None:
    """Else the test before this one would say nothing."""
    assert resolve(host, 80) == ["127.0.0.1"]


@pytest.mark.parametrize(
    "url",
    [
        "", "hooks.example.com", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com", "//example.com",
        "http://", "http://:80/", "http:///path", "https://example.com:99999/", "https://example.com:0/",
        "https://exa mple.com/", "https://example.com/\r\nX-Evil: 1", "https://example.com\\@10.0.0.1/", "http://[::1",
        "javascript:alert(1)", "https://a..b/", f"https://{'x' * 64}.com/", "https://example.com/" + "x" * 2_000,
        "\thttps://example.com/",
    ],
)  # fmt: skip
def test_what_is_no_address_of_the_web_is_refused(url: str) -> None:
    with pytest.raises(Refusal, match="This is no address of the web") as refused:
        checked(url, field="address")
    assert (refused.value.status, list(refused.value.fields)) == (400, ["address"])


def test_a_password_in_an_address_is_refused() -> None:
    with pytest.raises(Refusal, match="has a user name or password in it"):
        checked("https://ada:secret@example.com/")


def test_an_address_is_taken_apart_as_it_is_asked_for() -> None:
    found = checked("HTTPS://Hooks.Example.com/services/T0/ä b?x=1&y=é#end".replace(" ", "%20"))
    assert (found.host, found.port, found.origin) == ("hooks.example.com", 443, "hooks.example.com")
    assert found.target == "/services/T0/%C3%A4%20b?x=1&y=%C3%A9"
    assert checked("http://[2606:4700::1]:8080").origin == "[2606:4700::1]:8080"
    assert checked("https://매장.example/").host == "xn--9z2bo5w.example"
