"""How mail leaves, said in one address."""

import pytest

from groundswell.kernel.environment import BadSetting
from groundswell.web.mail import mail_settings


def test_a_mail_server_is_an_address() -> None:
    found = mail_settings("smtp://ada%40x:p%2Fw@mail.example.com:587?tls=true&from=growth@example.com")
    assert found["EMAIL_HOST"] == "mail.example.com"
    assert (found["EMAIL_PORT"], found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == (587, "ada@x", "p/w")
    assert (found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (True, False)
    assert found["DEFAULT_FROM_EMAIL"] == "growth@example.com"


def test_ports_follow_from_the_scheme() -> None:
    assert mail_settings("smtp://mail")["EMAIL_PORT"] == 25
    assert (mail_settings("smtps://mail")["EMAIL_PORT"], mail_settings("smtps://mail")["EMAIL_USE_SSL"]) == (465, True)


def test_without_one_mail_is_printed() -> None:
    assert mail_settings("console:")["EMAIL_BACKEND"].endswith("console.EmailBackend")


@pytest.mark.parametrize("url", ["mail.example.com", "smtp://", "smtp://mail:port", "http://mail"])
def test_another_address_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(BadSetting, match="GROUNDSWELL_MAIL_URL"):
        mail_settings(url)


def test_two_ways_of_tls_at_once_are_refused_at_the_start() -> None:
    with pytest.raises(BadSetting, match="either smtps:// or tls=true"):
        mail_settings("smtps://mail.example.com?tls=true")
    assert not mail_settings("smtps://mail.example.com?tls=false")["EMAIL_USE_TLS"]


@pytest.mark.parametrize(
    "url", ["smtp://ada:se/cret@mail:port", "http://ada:se@cret@mail", "ada:secret@mail", "smtps://ada:secret@m?tls=1"]
)
def test_what_is_said_of_a_wrong_address_holds_no_password(url: str) -> None:
    with pytest.raises(BadSetting) as refused:
        mail_settings(url)
    assert "cret" not in str(refused.value)
    assert "ada" not in str(refused.value)
    assert "…@m" in str(refused.value)
