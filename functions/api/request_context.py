"""A request: the types of its event and answer (payload version 2.0), and its engine, clock and transaction."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, NotRequired, TypedDict

from aws_lambda_powertools.event_handler import Depends, Request
from sqlalchemy import Connection, Engine

from notifications.clients.erasure.journal import Journal
from notifications.clients.imports.uploads import Uploads
from notifications.database.engine import autocommitting
from notifications.message_state.deliveries import Receipt
from notifications.providers.catalog import Catalog

# Key of the request's context in the context that Powertools keeps.
CONTEXT_KEY = "request_context"


type Claims = dict[str, str]


class Http(TypedDict):
    """Method and path of a call, the path as the caller sent it."""

    method: str
    path: str


class Jwt(TypedDict, total=False):
    """Verified token of the caller."""

    claims: Claims


class Authorizer(TypedDict, total=False):
    """Result of the gateway's authorizer."""

    jwt: Jwt


class EventContext(TypedDict):
    """Call as the gateway knows it. Public routes have no authorizer."""

    http: Http
    requestId: NotRequired[str]
    authorizer: NotRequired[Authorizer]


class Event(TypedDict):
    """A call of the API, with its path decoded in `rawPath`."""

    rawPath: str
    rawQueryString: NotRequired[str]
    queryStringParameters: NotRequired[dict[str, str] | None]
    headers: dict[str, str]
    requestContext: EventContext
    body: NotRequired[str | None]
    isBase64Encoded: NotRequired[bool]


class Answer(TypedDict):
    """The response to a call."""

    statusCode: int
    headers: dict[str, str | list[str]]
    body: str
    isBase64Encoded: NotRequired[bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Collaborators:
    """Collaborators of the routes, the same for every request.

    Attributes:
        engine: returns the engine of the database; a new one after the password was rotated.
        now: returns the current time.
        trigger_dispatcher: starts a run of the dispatcher without waiting for it.
        openapi_document: returns the OpenAPI document as JSON.
        machine_name: returns the name of a machine by its client id.
        catalog: returns the catalog of the configured providers.
        max_segments: returns the largest number of SMS segments of a message.
        requires_consent: returns True if marketing needs the consent of the client.
        changed_at_once: returns the most messages or clients that a call changes without a job.
        default_timezone: returns the time zone of new clients for whom none is given; None if they are refused.
        uploads: the bucket of uploaded files.
        start_importer: starts a run of the importer without waiting for it.
        erasure_key: returns the key of the hashes of erased phones.
        erasure_journal: the journal of erasures.
        receipt_secrets: returns the secrets by which providers may sign receipts.
        enqueue_receipts: puts receipts onto their queue.
    """

    engine: Callable[[], Engine]
    now: Callable[[], datetime]
    trigger_dispatcher: Callable[[], None]
    openapi_document: Callable[[], str]
    machine_name: Callable[[str], str]
    catalog: Callable[[], Catalog]
    max_segments: Callable[[], int]
    requires_consent: Callable[[], bool]
    changed_at_once: Callable[[], int]
    default_timezone: Callable[[], str | None]
    uploads: Uploads
    start_importer: Callable[[], None]
    erasure_key: Callable[[], bytes]
    erasure_journal: Journal
    receipt_secrets: Callable[[], Sequence[str]]
    enqueue_receipts: Callable[[Sequence[Receipt]], None]


class RequestContext:
    """One request: its event, its collaborators and its open transaction.

    Attributes:
        event: the gateway's event.
        given_path: the path as the caller sent it, with or without the slash at its end.
        request_id: the invocation's id.
        now: returns the current time.
        openapi_document: returns the OpenAPI document as JSON.
        machine_name: returns the name of a machine by its client id.
        catalog: returns the catalog of the configured providers.
        max_segments: returns the largest number of SMS segments of a message.
        requires_consent: returns True if marketing needs the consent of the client.
        changed_at_once: returns the most messages or clients that a call changes without a job.
        default_timezone: returns the time zone of new clients for whom none is given; None if they are refused.
        uploads: the bucket of uploaded files.
        erasure_key: returns the key of the hashes of erased phones.
        erasure_journal: the journal of erasures.
        enqueue_receipts: puts receipts onto their queue.
    """

    def __init__(self, collaborators: Collaborators, event: Event, request_id: str) -> None:
        self.event = event
        self.given_path = event["rawPath"]
        self.request_id = request_id
        self.now = collaborators.now
        self.openapi_document = collaborators.openapi_document
        self.machine_name = collaborators.machine_name
        self.catalog = collaborators.catalog
        self.max_segments = collaborators.max_segments
        self.requires_consent = collaborators.requires_consent
        self.changed_at_once = collaborators.changed_at_once
        self.default_timezone = collaborators.default_timezone
        self.uploads = collaborators.uploads
        self.erasure_key = collaborators.erasure_key
        self.erasure_journal = collaborators.erasure_journal
        self.enqueue_receipts = collaborators.enqueue_receipts
        self._engine = collaborators.engine
        self._trigger_dispatcher = collaborators.trigger_dispatcher
        self._start_importer = collaborators.start_importer
        self._connection: Connection | None = None
        self._wanted: set[Callable[[], None]] = set()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Open the request's transaction, or join the open one."""
        if self._connection is not None:
            yield self._connection
            return
        self._wanted.clear()
        with self._engine().connect() as connection:
            self._connection = connection
            try:
                yield connection
                connection.commit()
            except BaseException:
                # Also of a commit that failed: the pool would keep a connection with an open transaction.
                connection.rollback()
                raise
            finally:
                self._connection = None
        for start in self._wanted:
            start()

    @contextmanager
    def commit_first(self) -> Iterator[Connection]:
        """Open a transaction that has committed when the block ends.

        If one is open, it commits as well, and the rest of the request's work goes into another one: an instance has
        one connection. Such a call must have the same result when it is repeated, since it can end in between.
        """
        with self.transaction() as connection:
            yield connection
            connection.commit()

    def autocommit(self) -> AbstractContextManager[Connection]:
        """Return the connection of the open transaction, or one that commits each statement if none is open."""
        if self._connection is not None:
            return nullcontext(self._connection)
        return autocommitting(self._engine()).connect()

    def trigger_dispatcher_after_commit(self) -> None:
        """Start a run of the dispatcher after the open transaction commits. A rollback starts none."""
        self._wanted.add(self._trigger_dispatcher)

    def start_importer_after_commit(self) -> None:
        """Start a run of the importer after the open transaction commits. A rollback starts none."""
        self._wanted.add(self._start_importer)


def _context_of(request: Request) -> RequestContext:
    found: RequestContext = request.context[CONTEXT_KEY]
    return found


# Type of the parameter by which a route gets the context of its request.
Context = Annotated[RequestContext, Depends(_context_of)]
