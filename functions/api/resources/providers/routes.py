"""`provider/`: health of the provider."""

from api.request_context import Context
from api.resources.providers.schemas import Incident, ProviderHealth
from api.routing import Routes
from notifications.contracts.enumerations import Role
from notifications.providers import health, incidents

routes = Routes("provider")

MAX_SHOWN_INCIDENTS = 10


@routes.get("/provider/", role=Role.viewer, summary="Get provider health")
def get_provider_health(context: Context) -> ProviderHealth:
    """Get the provider's circuit breaker, rate limit and latest incidents.

    While the breaker is open, only probe messages are released and no attempts are counted.
    """
    now = context.now()
    with context.autocommit() as connection:
        breaker, limiter = health.load_state(connection)
        latest = incidents.latest(connection, at_most=MAX_SHOWN_INCIDENTS)
    return ProviderHealth(
        breaker=breaker.state,
        reason=breaker.reason,
        code=breaker.reason_code,
        params=breaker.reason_params,
        probe_at=breaker.probe_at,
        rate_limit=round(limiter.rate_at(now), 1) if limiter.is_limited(now) else None,
        hold_until=limiter.hold_until if limiter.is_held(now) else None,
        incidents=[Incident.model_validate(row) for row in latest],
    )
