"""One request to one address, to a number that was looked at before."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooSlow
from dataclasses import dataclass
from functools import cache

from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import said
from groundswell.outbound.addresses import Address, checked
from groundswell.outbound.networks import may_be_reached

SECONDS = 10.0  # for everything: looking up, connecting, sending, reading
LARGEST = 1_000_000  # bytes of an answer
AGENT = "Groundswell"


@dataclass(frozen=True)
class Answer:
    """What came back. The names of headers are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


def request(method: str, url: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
    """Send a request; whatever the other side answers is returned, redirects and errors too.

    Raises Refusal 400 for an address that is none or may not be reached, 502 where nobody answers well, 504 where it
    takes too long.
    """
    address = checked(url)
    deadline = time.monotonic() + SECONDS
    trouble: OSError | None = None
    for number in _numbers(address, deadline):
        connection = _Connection(address, number)
        try:
            connection.connect_until(deadline)
        except OSError as error:
            trouble = error
            continue
        try:
            return connection.exchange(method, body, headers or {}, deadline)
        except (OSError, http.client.HTTPException) as error:
            raise _failed(address, error, deadline) from error
    assert trouble is not None
    raise _failed(address, trouble, deadline) from trouble


class _Connection(http.client.HTTPConnection):
    """A connection to a number, on behalf of an address, for one request."""

    def __init__(self, address: Address, number: str) -> None:
        super().__init__(number, address.port)
        self._address = address

    def connect_until(self, deadline: float) -> None:
        """Connect, and have everything end by then: a timeout of a socket begins anew with each byte."""
        patience = max(deadline - time.monotonic(), 0.01)
        self.sock = self._wire = socket.create_connection((self.host, self.port), patience)
        self._end = threading.Timer(patience, self._cut)
        self._end.daemon = True
        self._end.start()
        if self._address.scheme == "https":
            try:
                self.sock = self._wire = _trust().wrap_socket(
                    self.sock, server_hostname=self._address.host, do_handshake_on_connect=False
                )
                self._wire.do_handshake()
            except BaseException:
                self._hang_up()
                raise

    def exchange(self, method: str, body: bytes, headers: Mapping[str, str], deadline: float) -> Answer:
        """Send one request and read its answer."""
        try:
            self.putrequest(method, self._address.target, skip_host=True, skip_accept_encoding=True)
            own = {"Host": self._address.origin, "User-Agent": AGENT, "Content-Length": str(len(body))}
            for name, value in {**own, **headers, "Connection": "close"}.items():
                self.putheader(name, value)
            self.endheaders(body or None)
            with self.getresponse() as answer:
                read = answer.read(LARGEST + 1)
                if time.monotonic() >= deadline:  # what was cut off looks as if it had ended
                    raise TimeoutError
                if len(read) > LARGEST:
                    raise _too_large(self._address)
                if answer.length:  # of what was promised
                    raise http.client.IncompleteRead(read, answer.length)
                return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, read)
        finally:
            self._hang_up()

    def _hang_up(self) -> None:
        self._end.cancel()
        self.close()

    def _cut(self) -> None:
        try:
            socket.socket.shutdown(self._wire, socket.SHUT_RDWR)  # beneath the encryption, whatever that waits for
        except OSError:  # it hung up just now
            return


def _numbers(address: Address, deadline: float) -> list[str]:
    """The numbers of a host that may be reached, in the order in which they are to be tried."""
    found = _looked_up(address, deadline)
    open_ones = [number for number in found if may_be_reached(number)]
    if not open_ones:
        raise Refusal(
            400, "closed_network", said("%(host)s lies in a network that no requests go to.", host=address.host),
            hint=said("Whoever runs the server can open it with GROUNDSWELL_ALLOW_NETWORKS, such as 10.0.0.0/8."),
            fields={"url": said("%(host)s lies in a network that no requests go to.", host=address.host)},
        )  # fmt: skip
    return open_ones


def _looked_up(address: Address, deadline: float) -> list[str]:
    """Ask the name server, once. It has no timeout of its own, so a thread waits for it."""
    asked: Future[list[str]] = Future()

    def ask() -> None:
        try:
            asked.set_result(resolve(address.host, address.port))
        except Exception as error:
            asked.set_exception(error)

    threading.Thread(target=ask, name="lookup", daemon=True).start()
    try:
        return asked.result(max(deadline - time.monotonic(), 0.01))
    except TooSlow as error:
        raise _failed(address, TimeoutError(), 0.0) from error
    except (OSError, UnicodeError) as error:
        raise Refusal(
            502, "unknown_host", said("There is no host named %(host)s.", host=address.host),
            hint=said("Check the address."),
        ) from error  # fmt: skip


def resolve(host: str, port: int) -> list[str]:
    """The numbers of a host, however it is written: name servers and the system know more spellings than we do."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


@cache
def _trust() -> ssl.SSLContext:
    """Certificates are checked against those that the system trusts (``SSL_CERT_FILE`` names others)."""
    return ssl.create_default_context()


def _failed(address: Address, error: Exception, deadline: float) -> Refusal:
    host = address.host
    if isinstance(error, TimeoutError) or time.monotonic() >= deadline:
        message = said("%(host)s did not answer within %(seconds)s seconds.", host=host, seconds=round(SECONDS))
        return Refusal(504, "no_answer", message)
    if isinstance(error, ssl.SSLCertVerificationError):
        message = said(
            "The certificate of %(host)s is not trusted: %(reason)s.", host=host, reason=error.verify_message
        )
        return Refusal(502, "not_trusted", message)
    if isinstance(error, OSError):
        reason = error.strerror or str(error)
        message = said("%(host)s cannot be reached: %(reason)s.", host=host, reason=reason)
        return Refusal(502, "not_reached", message)
    return Refusal(502, "not_understood", said("What %(host)s answers is not HTTP.", host=host))


def _too_large(address: Address) -> Refusal:
    return Refusal(
        502, "too_large",
        said("%(host)s answers with more than %(size)s MB.", host=address.host, size=LARGEST // 1_000_000),
    )  # fmt: skip
