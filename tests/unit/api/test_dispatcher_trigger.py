import pytest
from botocore.exceptions import ClientError

from api.dispatcher_trigger import trigger_dispatcher


class Lambda:
    """Fake Lambda client that records invocations and can be made to fail."""

    def __init__(self, error: Exception | None = None) -> None:
        self.invoked: list[tuple[str, str]] = []
        self.error = error

    def invoke(self, *, FunctionName: str, InvocationType: str, Payload: bytes) -> None:  # noqa: ARG002, N803
        if self.error:
            raise self.error
        self.invoked.append((FunctionName, InvocationType))


def test_the_dispatcher_is_invoked_asynchronously() -> None:
    client = Lambda()
    trigger_dispatcher(client, "dispatcher")  # type: ignore[arg-type]
    assert client.invoked == [("dispatcher", "Event")]


def test_a_failed_invocation_is_logged_and_not_raised(caplog: pytest.LogCaptureFixture) -> None:
    error = ClientError({"Error": {"Code": "TooManyRequestsException"}}, "Invoke")
    trigger_dispatcher(Lambda(error), "dispatcher")  # type: ignore[arg-type]
    assert [record.levelname for record in caplog.records] == ["ERROR"]
