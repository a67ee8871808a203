"""Handles requests: admission, idempotency, route, problem document for an error, access log."""

from dataclasses import dataclass
from typing import Any, cast

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.utilities.typing import LambdaContext

from api.middleware.access_log import log_call
from api.middleware.admission import admit
from api.middleware.error_responses import gateway_answer, response_to
from api.middleware.idempotency import answer_once
from api.request_context import CONTEXT_KEY, Answer, Collaborators, Event, RequestContext
from api.routing import RouteTable, build_resolver


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
        answer = self._answer(typed, lambda_context)
        log_call(typed, answer)
        return {**answer}

    def _answer(self, event: Event, lambda_context: LambdaContext) -> Answer:
        context = RequestContext(self.collaborators, event, lambda_context.aws_request_id)
        try:
            admit(event, self.routes)
            return answer_once(context, lambda: self._resolve(context, event, lambda_context))
        except Exception as error:  # noqa: BLE001 - the caller gets a problem document, and the log gets the error
            return gateway_answer(response_to(error, request_id=context.request_id))

    def _resolve(self, context: RequestContext, event: Event, lambda_context: LambdaContext) -> Answer:
        self.resolver.append_context(**{CONTEXT_KEY: context})
        answer = self.resolver.resolve(event, lambda_context)
        return cast("Answer", answer | {"body": answer["body"] or ""})
