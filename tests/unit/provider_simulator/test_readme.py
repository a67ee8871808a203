"""The README names every fault, setting and endpoint, and its test example runs."""

import re
from typing import get_args

import httpx
import pytest

from provider_simulator import Behaviour, ReceiptBehaviour, ReplyBehaviour
from provider_simulator.behaviour import FaultKind
from provider_simulator.callbacks.settings import ReceiptFaultKind
from tests.unit.provider_simulator.calls import send
from tooling.paths import ROOT

# Nobody listens on the port.
TARGETS = {"inbound_url": "http://127.0.0.1:9/", "secret": "whsec_c2VjcmV0"}
README = (ROOT / "provider_simulator/README.md").read_text()


def cells(heading: str) -> set[str]:
    """Return the code in the first column of the table below a heading."""
    section = README.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def test_every_fault_is_explained() -> None:
    assert cells("Faults") == set(get_args(FaultKind.__value__))


def test_every_setting_is_explained() -> None:
    assert cells("Behaviour") == set(Behaviour.model_fields)
    assert cells("Receipts") == set(ReceiptBehaviour.model_fields)
    of_call, of_receipt = get_args(ReceiptFaultKind.__value__)
    assert cells("Faults of receipts") == {*get_args(of_call.__value__), *get_args(of_receipt)}
    assert cells("Replies") == set(ReplyBehaviour.model_fields)


@pytest.mark.enable_socket
@pytest.mark.parametrize("call", sorted(cells("Control API")))
def test_every_endpoint_of_the_readme_answers(client: httpx.Client, call: str) -> None:
    method, _, path = call.partition(" ")
    path = path.replace("{id}", "1").replace("=N", "=0")
    client.put("/targets", json=TARGETS)
    body = {"PUT /behaviour": {"seed": 1}, "PUT /targets": TARGETS, "POST /reply": {"phone": 1, "text": "Hi"}}.get(call)
    assert client.request(method, path, json=body).status_code == 200


@pytest.mark.enable_socket
def test_the_example_of_a_test_runs() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)

    def my_sender(url: str) -> None:
        with httpx.Client(base_url=url, trust_env=False) as client:
            while send(client).is_error:
                pass

    names = {"my_sender": my_sender}
    exec(example, names)
    names["test_my_sender_survives_an_outage"]()  # type: ignore[call-arg]
