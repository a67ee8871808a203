"""`stack.json`: addresses, names and login of a running stack, read by people and programs."""

from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel

from local import environment
from local.deployment.sam import STACK_NAME
from local.errors import NotRunning
from local.secrets import Secrets
from local.servers import ministack, postgres
from local.settings import Settings
from ops.machines.clients import Machine
from tooling import files


class Stack(BaseModel):
    """Addresses, names and login of a running stack."""

    api_url: str
    docs_url: str
    admin_url: str
    provider_url: str
    mail_url: str
    database_url: str
    aws_endpoint_url: str
    region: str
    stack_name: str
    user_pool_id: str
    user_pool_client_id: str
    username: str
    password: str
    queue_url: str
    dead_letter_queue_url: str
    machine_client_id: str
    machine_client_secret: str
    machine_scope: str
    token_url: str
    receipt_secret: str

    @classmethod
    def describe(
        cls,
        settings: Settings,
        secrets: Secrets,
        outputs: Mapping[str, str],
        machine: Machine,
        *,
        receipt_secret: str,
        has_site: bool,
    ) -> Self:
        """Describe the deployed stack with these outputs; `admin_url` is empty without an admin site."""
        local = f"http://localhost:{settings.ministack_port}"
        api = f"{local}/_aws/execute-api/{outputs['ApiId']}"
        # Browsers resolve every name under localhost; MiniStack finds the distribution by its host name.
        distribution = outputs["AdminUrl"].removeprefix("https://").partition(".")[0]
        return cls(
            api_url=f"{api}/api/v1/",
            docs_url=f"{api}/docs/",
            admin_url=f"http://{distribution}.cloudfront.localhost:{settings.ministack_port}/" if has_site else "",
            provider_url=settings.provider_url or settings.simulator_url,
            mail_url=f"{local}/_ministack/ses/messages",
            database_url=postgres.url(settings, secrets),
            aws_endpoint_url=settings.aws_url,
            region=environment.REGION,
            stack_name=STACK_NAME,
            user_pool_id=outputs["UserPoolId"],
            user_pool_client_id=outputs["UserPoolClientId"],
            username=secrets.admin.email,
            password=secrets.admin.password,
            queue_url=outputs["QueueUrl"],
            dead_letter_queue_url=outputs["DeadLetterQueueUrl"],
            machine_client_id=machine.client_id,
            machine_client_secret=machine.secret,
            machine_scope=machine.scope,
            token_url=f"{local}/oauth2/token",
            # The prefix by which Standard Webhooks marks a secret is not part of the key.
            receipt_secret=f"whsec_{receipt_secret}",
        )

    @classmethod
    def read(cls, settings: Settings) -> Self:
        """Read the description of the running stack, or raise NotRunning."""
        path = settings.state_dir / "stack.json"
        if not path.exists() or not ministack.server(settings).is_running():
            raise NotRunning("the stack is not running. Start it with: make up")
        return cls.model_validate_json(path.read_text())

    def write(self, settings: Settings) -> None:
        """Write the description to `stack.json`."""
        files.write(settings.state_dir / "stack.json", self.model_dump_json(indent=2))
