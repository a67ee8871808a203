"""Serves the API over HTTP like the gateway, with authentication by token.

The token is the name of a role, such as `Bearer operator`.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

from api.resources import ROUTES
from api.routing import served_method
from notifications.contracts.enumerations import Role
from tests.support.functions.gateway import REFUSED, Answer, Gateway, PathRefused, event, user


class _Server(HTTPServer):
    def __init__(self, call: Gateway) -> None:
        super().__init__(("127.0.0.1", 0), _Requests)
        self.call = call


class _Requests(BaseHTTPRequestHandler):
    server: _Server

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if token in Role.__members__ or self._is_public():
            headers = dict(self.headers.items())
            try:
                made = event(self.command, self.path, body, headers=headers, claims=user(token))
            except PathRefused:
                self._send(REFUSED)
            else:
                self._send(self.server.call.send(made))
        else:
            body = json.dumps({"message": "Unauthorized"}).encode()
            self._send(Answer(401, {"Content-Type": "application/json", "WWW-Authenticate": "Bearer"}, body))

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = do_HEAD = do_OPTIONS = do_TRACE = do_QUERY = _serve  # noqa: N815

    def _is_public(self) -> bool:
        routes = ROUTES.matching(self.path.partition("?")[0].rstrip("/") + "/")
        route = routes.get(served_method(self.command))
        return route is not None and route.role is None

    def _send(self, given: Answer) -> None:
        self.send_response(given.status)
        for name, value in given.headers.items():
            self.send_header(name, value)
        if given.status not in {204, 304}:
            self.send_header("Content-Length", str(len(given.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(given.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Log nothing, because the handler logs."""


@contextmanager
def serving(call: Gateway) -> Iterator[str]:
    """Serve the API, one request at a time, and yield its address."""
    with _Server(call) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
