"""Wires the API: builds its handler from its routes and their collaborators."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config
from sqlalchemy import Engine

from api.dispatcher_trigger import trigger_dispatcher
from api.middleware.pipeline import Pipeline
from api.request_context import Collaborators
from api.resources import ROUTES
from api.resources.receipts.queue import ReceiptQueue, sqs_client
from api.settings import ApiSettings
from notifications.clients.erasure import journal
from notifications.clients.erasure.hashes import key_reader
from notifications.clients.erasure.journal import Journal
from notifications.clients.imports import importer_runs
from notifications.clients.imports.uploads import Uploads, s3_client
from notifications.contracts.observability import logger
from notifications.contracts.settings import read_secret_with_previous
from notifications.database import sessions
from notifications.database.engine import engine as shared_engine
from notifications.events.machine_names import MachineNames
from notifications.jobs.invocations import lambda_client
from notifications.message_state.deliveries import Receipt
from notifications.providers.catalog import Catalog, CatalogReader

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

type Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]


def build_api(
    *,
    engine: Callable[[], Engine],
    now: Callable[[], datetime],
    trigger_dispatcher: Callable[[], None],
    machine_name: Callable[[str], str],
    catalog: Callable[[], Catalog],
    max_segments: Callable[[], int],
    requires_consent: Callable[[], bool],
    changed_at_once: Callable[[], int],
    default_timezone: Callable[[], str | None],
    uploads: Uploads,
    start_importer: Callable[[], None],
    erasure_key: Callable[[], bytes],
    erasure_journal: Journal,
    receipt_secrets: Callable[[], Sequence[str]],
    enqueue_receipts: Callable[[Sequence[Receipt]], None],
) -> Handler:
    """Build the handler of the API's events.

    Args:
        engine: returns the engine of the database; a new one after the password was rotated.
        now: returns the current time.
        trigger_dispatcher: starts a run of the dispatcher without waiting for it.
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
    collaborators = Collaborators(
        engine=engine,
        now=now,
        trigger_dispatcher=trigger_dispatcher,
        openapi_document=_openapi_document,
        machine_name=machine_name,
        catalog=catalog,
        max_segments=max_segments,
        requires_consent=requires_consent,
        changed_at_once=changed_at_once,
        default_timezone=default_timezone,
        uploads=uploads,
        start_importer=start_importer,
        erasure_key=erasure_key,
        erasure_journal=erasure_journal,
        receipt_secrets=receipt_secrets,
        enqueue_receipts=enqueue_receipts,
    )
    handler: Handler = logger.inject_lambda_context(Pipeline.build(ROUTES, collaborators), clear_state=True)
    return handler


def build_from_environment() -> Handler:
    """Build the handler of the Lambda function. The first call that needs its settings reads the environment."""
    settings, client = cache(ApiSettings), cache(lambda_client)

    def engine() -> Engine:
        return shared_engine(settings().resolve_database_url(), sessions.API)

    def trigger() -> None:
        trigger_dispatcher(engine(), client, settings().dispatcher_function_name, now=datetime.now(UTC))

    queue = cache(lambda: ReceiptQueue(sqs_client(), settings().receipt_queue_url))
    names = MachineNames(cognito_client, lambda: settings().user_pool_id)
    return build_api(
        engine=engine,
        now=lambda: datetime.now(UTC),
        trigger_dispatcher=trigger,
        machine_name=lambda client_id: names.name_of(client_id, now=datetime.now(UTC)),
        catalog=CatalogReader(settings),
        max_segments=lambda: settings().max_segments,
        requires_consent=lambda: settings().require_consent,
        changed_at_once=lambda: settings().changed_at_once,
        default_timezone=lambda: settings().zone_of_new_clients(),
        uploads=Uploads(cache(s3_client), lambda: settings().upload_bucket),
        start_importer=lambda: importer_runs.start(client, settings().importer_function_name),
        erasure_key=key_reader(settings),
        erasure_journal=Journal(cache(journal.s3_client), lambda: settings().erasure_bucket),
        receipt_secrets=lambda: read_secret_with_previous(settings().receipt_secret_arn),
        enqueue_receipts=lambda receipts: queue().send(receipts),
    )


def cognito_client() -> "CognitoIdentityProviderClient":
    """Return a client that gives up within 3 s, since the caller of the API is waiting."""
    config = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 1})
    client: CognitoIdentityProviderClient = boto3.client("cognito-idp", config=config)
    return client


def _openapi_document() -> str:
    from api.openapi.document import document  # noqa: PLC0415 - nothing else needs it, and it is slow to load

    return document(ROUTES)
