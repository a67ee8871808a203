"""`stack.json`: where everything of a running stack is, for people and for programs."""

from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel

from local import environment
from local.deployment.sam import STACK_NAME
from local.processes import files
from local.secrets import Secrets
from local.servers import ministack, postgres
from local.settings import Settings
from tooling.errors import NotRunning


class Stack(BaseModel):
    """The addresses, the names and the login of a running stack."""

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

    @classmethod
    def describe(cls, settings: Settings, secrets: Secrets, outputs: Mapping[str, str], *, has_site: bool) -> Self:
        """The stack that has these outputs, and perhaps an admin site."""
        local = f"http://localhost:{settings.ministack_port}"
        distribution = outputs["AdminUrl"].removeprefix("https://").partition(".")[0]
        api = f"{local}/_aws/execute-api/{outputs['ApiId']}"
        return cls(
            api_url=f"{api}/api/v1/",
            docs_url=f"{api}/docs/",
            # A browser finds whatever ends in localhost here; it is by its host that the distribution is known.
            admin_url=f"http://{distribution}.cloudfront.localhost:{settings.ministack_port}/" if has_site else "",
            provider_url=settings.provider_url or settings.stand_in_url,
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
        )

    @classmethod
    def read(cls, settings: Settings) -> Self:
        """The stack that runs, or NotRunning."""
        path = settings.state / "stack.json"
        if not path.exists() or not ministack.service(settings).is_running():
            raise NotRunning
        return cls.model_validate_json(path.read_text())

    def write(self, settings: Settings) -> None:
        """Tell where it is."""
        files.write(settings.state / "stack.json", self.model_dump_json(indent=2))
