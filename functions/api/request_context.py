"""Per-request engine, clock and transaction."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Depends, Request
from sqlalchemy import Connection, Engine

from notifications.contracts.enumerations import ProviderKind
from notifications.database.engine import autocommitting

# Under this name Powertools keeps the context of the request that it resolves.
CONTEXT_KEY = "request_context"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collaborators:
    """What routes work with, the same for every request.

    Attributes:
        engine: gives the database's engine; another one after its password was rotated.
        now: gives the current time.
        trigger_dispatcher: starts a tick without waiting for it.
        openapi_document: gives the OpenAPI document as JSON.
        provider: gives the kind of the provider.
    """

    engine: Callable[[], Engine]
    now: Callable[[], datetime]
    trigger_dispatcher: Callable[[], None]
    openapi_document: Callable[[], str]
    provider: Callable[[], ProviderKind]


class RequestContext:
    """One request: its event, the collaborators, and the transaction that it has open.

    Attributes:
        event: the gateway's event.
        request_id: the invocation's id.
        now: gives the current time.
        openapi_document: gives the OpenAPI document as JSON.
        provider: gives the kind of the provider.
    """

    def __init__(self, collaborators: Collaborators, event: Mapping[str, Any], request_id: str) -> None:
        self.event = event
        self.request_id = request_id
        self.now = collaborators.now
        self.openapi_document = collaborators.openapi_document
        self.provider = collaborators.provider
        self._engine = collaborators.engine
        self._trigger_dispatcher = collaborators.trigger_dispatcher
        self._connection: Connection | None = None
        self._triggers = False

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Open the request's transaction, or join the one that is open."""
        if self._connection is not None:
            yield self._connection
            return
        self._triggers = False
        with self._engine().begin() as connection:
            self._connection = connection
            try:
                yield connection
            finally:
                self._connection = None
        if self._triggers:
            self._trigger_dispatcher()

    def autocommit(self) -> AbstractContextManager[Connection]:
        """Return a connection for single statements, or the one of the open transaction."""
        if self._connection is not None:
            return nullcontext(self._connection)
        return autocommitting(self._engine()).connect()

    def trigger_dispatcher_after_commit(self) -> None:
        """Start a tick when the open transaction is committed; never if it is rolled back."""
        self._triggers = True


def _context_of(request: Request) -> RequestContext:
    found: RequestContext = request.context[CONTEXT_KEY]
    return found


# The parameter by which a route gets the context of its request.
Context = Annotated[RequestContext, Depends(_context_of)]
