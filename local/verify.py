"""Checks the running stack as a deployed one is checked on AWS."""

from local.deployment.sam import STACK_NAME
from local.settings import Settings
from local.stack.description import Stack
from ops import stack as stacks
from ops.verify.run import verify
from ops.verify.target import Target


def check(settings: Settings, phone: str) -> None:
    """Check the stack by a mailing to ten clients, of which this is the first phone."""
    stack = Stack.read(settings)
    target = Target(
        stack_name=STACK_NAME,
        outputs=stacks.outputs(STACK_NAME),
        api_url=stack.api_url,
        token_url=stack.token_url,
        simulator_url="" if settings.provider_url else stack.provider_url,
    )
    verify(target, phone)
