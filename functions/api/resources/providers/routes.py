"""`provider/`: whether the provider works, and how fast it is given messages."""

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from api import request_context
from api.resources.providers.schemas import Incident, ProviderHealth
from notifications.providers import health, incidents

router = APIGatewayHttpRouter()

INCIDENTS_SHOWN = 10


@router.get("/api/v1/provider/", summary="The provider's health, breaker and pace", tags=["provider"])
def get_health() -> ProviderHealth:
    """While the breaker is open no message uses up an attempt, and nothing is released but what tries the provider."""
    now = request_context.now()
    with request_context.autocommit() as connection:
        breaker, pace = health.state(connection)
        latest = incidents.latest(connection, at_most=INCIDENTS_SHOWN)
    return ProviderHealth(
        breaker=breaker.state,
        reason=breaker.reason,
        code=breaker.reason_code,
        params=breaker.reason_params,
        probe_at=breaker.probe_at,
        rate_limit=round(pace.rate_at(now), 1) if pace.is_limited(now) else None,
        hold_until=pace.hold_until if pace.is_held(now) else None,
        incidents=[Incident.model_validate(row) for row in latest],
    )
