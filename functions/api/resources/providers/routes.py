"""`provider/`: health of the provider, and its reset."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from sqlalchemy import Connection

from api.audit_writer import record_change
from api.request_context import Context, RequestContext
from api.resources.providers.schemas import Incident, ProviderHealth, ProviderState
from api.routing import Routes
from notifications.contracts.enumerations import AuditAction, AuditKind, Role
from notifications.contracts.errors import NotFound
from notifications.contracts.observability import logger
from notifications.contracts.problem_codes import ProblemCode
from notifications.messages import provider_reset
from notifications.providers import health, incidents
from notifications.providers.rate_limiter import CEILING

routes = Routes("provider")

MAX_SHOWN_INCIDENTS = 10

ProviderName = Annotated[str, Path(description="name of the provider", examples=["http-provider.example.org-1f2e3d4c"])]


@routes.get("/provider/", role=Role.viewer, summary="Get provider health")
def get_provider_health(context: Context) -> ProviderHealth:
    """Get the provider's name, circuit breaker, rate limiter and latest incidents.

    While the breaker is open, only probe messages are released and no attempts are counted.
    """
    with context.autocommit() as connection:
        return _health(context, connection)


@routes.post(
    "/provider/<provider_name>/reset/", role=Role.admin, summary="Reset the provider's health", conflicts=False
)
def reset_provider(context: Context, provider_name: ProviderName) -> ProviderHealth:
    """Close the circuit breaker, lift the measured rate limit and end a pause that the provider has asked for.

    Messages that waited for it are sent at once. If the provider still fails, the breaker opens again.
    """
    if provider_name != context.provider().name:
        raise NotFound(ProblemCode.PROVIDER_NOT_FOUND, name=provider_name)
    with context.transaction() as connection:
        before = _state(context, connection)
        due = provider_reset.reset(connection, provider_name, now=context.now())
        after = _health(context, connection)
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


def _health(context: RequestContext, connection: Connection) -> ProviderHealth:
    latest = incidents.latest(connection, at_most=MAX_SHOWN_INCIDENTS)
    return ProviderHealth(
        **dict(_state(context, connection)), incidents=[Incident.model_validate(row) for row in latest]
    )


def _state(context: RequestContext, connection: Connection) -> ProviderState:
    now, in_use = context.now(), context.provider()
    breaker, limiter = health.load_state(connection)
    return ProviderState(
        name=in_use.name,
        address=in_use.address,
        breaker=breaker.state,
        reason=breaker.reason,
        code=breaker.reason_code,
        params=breaker.reason_params,
        probe_at=breaker.probe_at,
        rate_limit=round(limiter.rate_at(now), 1) if limiter.rate_at(now) < CEILING else None,
        hold_until=limiter.hold_until if limiter.is_held(now) else None,
    )
