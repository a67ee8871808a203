"""Handles requests: admission, idempotency, route, problem document for an error, headers, access log."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.utilities.typing import LambdaContext

from api.middleware.access_log import log_call
from api.middleware.admission import admit
from api.middleware.bodies import signatures
from api.middleware.error_responses import gateway_answer, response_to
from api.middleware.idempotency import answer_once
from api.middleware.response_headers import with_headers
from api.request_context import CONTEXT_KEY, Answer, Collaborators, Event, Http, RequestContext
from api.routing import RouteTable, build_resolver, served_method
from notifications.contracts.metrics import Metric
from notifications.contracts.observability import send_metric


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Answers the events of an API Gateway HTTP API (payload version 2.0)."""

    routes: RouteTable
    collaborators: Collaborators
    resolver: APIGatewayHttpResolver

    @classmethod
    def build(cls, routes: RouteTable, collaborators: Collaborators) -> "Pipeline":
        """Build the pipeline with its resolver, whose errors become problem documents."""
        resolver = build_resolver(routes)
        resolver.exception_handler(Exception)(
            lambda error: response_to(error, request_id=resolver.lambda_context.aws_request_id)
        )
        return cls(routes, collaborators, resolver)

    def __call__(self, event: dict[str, Any], lambda_context: LambdaContext) -> dict[str, Any]:
        """Answer an event and log the call. Lambda hands over JSON without a type."""
        typed = cast("Event", event)
        context = RequestContext(self.collaborators, typed, lambda_context.aws_request_id)
        answer = with_headers(self._answer(context, lambda_context), context, self.routes)
        if typed["requestContext"]["http"]["method"] == "HEAD":
            answer |= {"body": "", "isBase64Encoded": False}
        log_call(typed, answer)
        if answer["statusCode"] == HTTPStatus.INTERNAL_SERVER_ERROR:
            # By version: an alarm on those of the new one makes CodeDeploy roll it back.
            send_metric(Metric.UNEXPECTED_ERRORS, 1, service="api", version=lambda_context.function_version)
        return {**answer}

    def _answer(self, context: RequestContext, lambda_context: LambdaContext) -> Answer:
        try:
            route = admit(context.event, self.routes, self._verify_signature)
            if route.signed:
                # A key would need the database, and these calls must be accepted while it is down.
                return self._resolve(context, lambda_context)
            return answer_once(context, lambda: self._resolve(context, lambda_context))
        except Exception as error:  # noqa: BLE001 - the caller gets a problem document, and the log gets the error
            return gateway_answer(response_to(error, request_id=context.request_id))

    def _verify_signature(self, event: Event) -> None:
        signatures.verify(event, self.collaborators.receipt_secrets(), now=self.collaborators.now())

    def _resolve(self, context: RequestContext, lambda_context: LambdaContext) -> Answer:
        self.resolver.append_context(**{CONTEXT_KEY: context})
        answer = self.resolver.resolve(_as_served(context.event), lambda_context)
        return cast("Answer", answer | {"body": answer["body"] or ""})


def _as_served(event: Event) -> Event:
    """Return the event with the method of the route that serves it."""
    called = event["requestContext"]
    http: Http = {**called["http"], "method": served_method(called["http"]["method"])}
    return {**event, "requestContext": {**called, "http": http}}
