"""A queue in memory, to which the API sends receipts and replies."""

from typing import Any

from botocore.exceptions import EndpointConnectionError


class Sqs:
    """A queue: keeps the bodies of messages, or fails."""

    def __init__(self, *, fails: bool = False, refuses: bool = False) -> None:
        self.batches: list[list[str]] = []
        self._fails, self._refuses = fails, refuses

    def send_message_batch(self, **request: Any) -> dict[str, Any]:
        if self._fails:
            raise EndpointConnectionError(endpoint_url="https://sqs")
        self.batches.append([entry["MessageBody"] for entry in request["Entries"]])
        return {"Failed": [{"Id": "0", "Code": "InternalError"}]} if self._refuses else {"Successful": []}

    def bodies(self) -> list[str]:
        """Return the bodies of all batches."""
        return [body for batch in self.batches for body in batch]
