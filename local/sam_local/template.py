"""The built template as `sam local` needs it: every variable has its value, and containers find the running stack.

`sam local` passes on none but the variables that a template names, resolves no reference to a resource, and knows no
JWT authorizer. So the functions' variables are those of the deployed functions, and the API's entry is one that does
what the authorizer would.
"""

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from samtranslator.yaml_helper import yaml_parse

from local.deployment import platforms, sam
from local.processes import files
from local.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_secretsmanager import SecretsManagerClient

# The container of docker-compose.yml in whose network everything listens.
MACHINE = "machine"
TEMPLATE = "sam-local.json"
VARIABLES = "sam-local-variables.json"
# Not imported: it is for the function's container.
ENTRY = Path(__file__).with_name("gateway_entry.py")
_HERE = re.compile(r"(?<=[/@])(localhost|127\.0\.0\.1)(?=:[0-9])")


def write(settings: Settings) -> Path:
    """Build, and write TEMPLATE and VARIABLES beside what was built; gives their folder.

    The variables are written twice: those in a template give way to the caller's of the same name, as AWS_ENDPOINT_URL.
    """
    sam.build(settings, platforms.of_lambda())
    folder = sam.folder_of(settings, platforms.of_lambda()) / "build"
    template = yaml_parse((folder / "template.yaml").read_text())
    template["Parameters"]["Architecture"]["Default"] = platforms.architecture()
    functions = {
        name: resource["Properties"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    variables = {name: _variables(settings, name) for name in functions}
    for name, function in functions.items():
        function["Environment"] = {"Variables": variables[name]}
    shutil.copy(ENTRY, folder / "ApiFunction")
    functions["ApiFunction"]["Handler"] = f"{ENTRY.stem}.handler"
    functions["ApiFunction"]["Events"] = _routes(template["Resources"])
    files.write(folder / VARIABLES, json.dumps(variables))
    files.write(folder / TEMPLATE, json.dumps(template))
    return folder


def _routes(resources: dict[str, Any]) -> dict[str, Any]:
    """The declared routes as SAM's events: beside functions of SAM's own kind `sam local` sees no others."""
    keys = {
        name: resource["Properties"]["RouteKey"]
        for name, resource in resources.items()
        if resource["Type"] == "AWS::ApiGatewayV2::Route"
    }
    # As on MiniStack: a greedy variable does not take the empty rest, and a path may end in a slash.
    exact = {name: key["Fn::If"][1] if isinstance(key, dict) else key for name, key in keys.items()}
    return {
        name: {"Type": "HttpApi", "Properties": dict(zip(("Method", "Path"), key.split(), strict=True))}
        for name, key in exact.items()
    }


def aws_url(settings: Settings) -> str:
    """MiniStack as containers see it."""
    return _seen(settings.aws_url)


def _seen(value: str) -> str:
    return _HERE.sub(MACHINE, value)


def _variables(settings: Settings, function: str) -> dict[str, str]:
    cloudformation: CloudFormationClient = boto3.client("cloudformation")
    resource = cloudformation.describe_stack_resource(StackName=sam.STACK_NAME, LogicalResourceId=function)
    functions: LambdaClient = boto3.client("lambda")
    name = resource["StackResourceDetail"]["PhysicalResourceId"]
    deployed = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    secrets: SecretsManagerClient = boto3.client("secretsmanager")
    url = secrets.get_secret_value(SecretId=deployed["DATABASE_SECRET_ARN"])["SecretString"]
    seen = {**deployed, "DATABASE_URL": url, "AWS_ENDPOINT_URL": settings.aws_url}
    return {name: _seen(value) for name, value in seen.items()}
