"""The stack to check."""

from collections.abc import Mapping
from dataclasses import dataclass

from ops import stack


@dataclass(frozen=True, kw_only=True)
class Target:
    """A deployed stack and its addresses.

    Attributes:
        outputs: outputs of the stack, by key.
        api_url: URL of the REST API, ending in `/api/v1/`.
        token_url: URL at which machines get their tokens.
        simulator_url: URL of the provider simulator that the stack sends to; empty for another provider.
    """

    stack_name: str
    outputs: Mapping[str, str]
    api_url: str
    token_url: str
    simulator_url: str = ""


def on_aws(stack_name: str, simulator_url: str) -> Target:
    """Return a stack on AWS with the addresses of its outputs."""
    outputs = stack.outputs(stack_name)
    return Target(
        stack_name=stack_name,
        outputs=outputs,
        api_url=outputs["ApiUrl"],
        token_url=outputs["TokenUrl"],
        simulator_url=simulator_url,
    )
