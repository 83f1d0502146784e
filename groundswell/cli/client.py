"""How commands speak to Groundswell: over loopback to the server on this data folder, else in this process."""

from typing import Any

import msgspec

from groundswell.kernel.environment import data_place
from groundswell.python.connections import over_http, refusal_of
from groundswell.python.here import answered, look_for_data, migrate
from groundswell.workspace.operator import running_server

ELSEWHERE = "Say with GROUNDSWELL_DATA which folder the server uses."


class Client:
    """The API as the operator of this machine sees it."""

    def __init__(self) -> None:
        look_for_data(data_place(), hint=ELSEWHERE)
        self._server = running_server()
        if self._server is None:
            migrate()

    @property
    def is_remote(self) -> bool:
        """Whether a server answers; otherwise this process does."""
        return self._server is not None

    def request(self, method: str, path: str, json: Any = None) -> Any:
        """The answer's JSON. Raises Refusal with what the API refused."""
        return msgspec.json.decode(self.bytes(method, path, json))

    def bytes(self, method: str, path: str, json: Any = None) -> bytes:
        """The answer's body as it is. Raises Refusal."""
        body = b"" if json is None else msgspec.json.encode(json)
        if self._server:
            status, answer = over_http(self._server.url, self._server.token, method, path, body)
        else:
            status, answer = answered(method, f"/api/v1{path}", body)
        if status >= 400:
            refusal = refusal_of(status, answer)
            if status == 404:
                refusal.hint = f"Looked in {data_place()}. {ELSEWHERE}"
            raise refusal
        return answer
