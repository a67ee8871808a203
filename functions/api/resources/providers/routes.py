"""`provider/`: health of the providers, and the reset of one."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from sqlalchemy import Connection

from api.audit_writer import record_change
from api.request_context import Context, RequestContext
from api.resources.providers.schemas import Incident, ProviderHealth, ProviderList, ProviderState
from api.routing import Routes
from notifications.contracts.enumerations import AuditAction, AuditKind, Role
from notifications.contracts.errors import NotFound
from notifications.contracts.observability import logger
from notifications.contracts.problem_codes import ProblemCode
from notifications.messages import provider_reset
from notifications.providers import health, incidents
from notifications.providers.catalog import ProviderSpec
from notifications.providers.rate_limiter import CEILING

routes = Routes("provider")

MAX_SHOWN_INCIDENTS = 10

ProviderName = Annotated[str, Path(description="name of the provider", examples=["http-provider.example.org-1f2e3d4c"])]


@routes.get("/provider/", role=Role.viewer, summary="List providers with their health")
def list_providers(context: Context) -> ProviderList:
    """List the providers in the order of their names, with circuit breaker, rate limiter and latest incidents.

    A provider whose breaker is open gets only messages that probe it, and no attempts are counted for these.
    """
    with context.autocommit() as connection:
        return ProviderList(items=[_health(context, connection, each) for each in context.catalog().specs])


@routes.post(
    "/provider/<provider_name>/reset/", role=Role.admin, summary="Reset the provider's health", conflicts=False
)
def reset_provider(context: Context, provider_name: ProviderName) -> ProviderHealth:
    """Close the circuit breaker, lift the measured rate limit and end a pause that the provider has asked for.

    Messages that waited for this provider are sent at once. If the provider still fails, the breaker opens again.
    """
    spec = context.catalog().by_name.get(provider_name)
    if spec is None:
        raise NotFound(ProblemCode.PROVIDER_NOT_FOUND, name=provider_name)
    with context.transaction() as connection:
        before = _state(context, connection, spec)
        due = provider_reset.reset(connection, provider_name, now=context.now())
        after = _health(context, connection, spec)
        record_change(
            context,
            connection,
            AuditAction.RESET,
            AuditKind.PROVIDER,
            provider_name,
            before=before,
            after=ProviderState.model_validate(after),
        )
        context.trigger_dispatcher_after_commit()
    logger.warning("provider reset: sending resumes", extra={"provider": provider_name, "messages": due})
    return after


def _health(context: RequestContext, connection: Connection, spec: ProviderSpec) -> ProviderHealth:
    latest = incidents.latest(connection, spec.name, at_most=MAX_SHOWN_INCIDENTS)
    return ProviderHealth(
        **dict(_state(context, connection, spec)), incidents=[Incident.model_validate(row) for row in latest]
    )


def _state(context: RequestContext, connection: Connection, spec: ProviderSpec) -> ProviderState:
    now = context.now()
    breaker, limiter = health.load_state(connection, spec.name)
    return ProviderState(
        name=spec.name,
        kind=spec.kind,
        address=spec.address,
        breaker=breaker.state,
        reason=breaker.reason,
        code=breaker.reason_code,
        params=breaker.reason_params,
        probe_at=breaker.probe_at,
        rate_limit=round(limiter.rate_at(now), 1) if limiter.rate_at(now) < CEILING else None,
        hold_until=limiter.hold_until if limiter.is_held(now) else None,
    )
