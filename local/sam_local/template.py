"""Adapts the built template to `sam local`.

`sam local` passes on only the variables that a template names, resolves no reference to a resource, and has no JWT
authorizer. So each function gets the variables of the deployed function, and the API an entry point that reads tokens.
"""

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from samtranslator.yaml_helper import yaml_parse

from local.deployment import platforms, sam
from local.settings import Settings
from ops import stack
from tooling import files

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_secretsmanager import SecretsManagerClient

# The container of docker-compose.yml whose network all servers share.
MACHINE = "machine"
TEMPLATE = "sam-local.json"
VARIABLES = "sam-local-variables.json"
# Copied and not imported, because it runs in the function's container.
ENTRY = Path(__file__).with_name("gateway_entry.py")
_THIS_HOST = re.compile(r"(?<=[/@])(localhost|127\.0\.0\.1)(?=:[0-9])")


def write(settings: Settings) -> Path:
    """Build the functions for Lambda, and write TEMPLATE and VARIABLES beside the build.

    VARIABLES repeats what TEMPLATE has, because a variable of the caller, such as AWS_ENDPOINT_URL, overrides a
    template's.

    Returns:
        The folder of the build.
    """
    platform = platforms.lambda_platform()
    sam.build(settings, platform)
    folder = sam.build_dir(settings, platform)
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
    functions["ApiFunction"]["Events"] = _events(template["Resources"])
    files.write(folder / VARIABLES, json.dumps(variables))
    files.write(folder / TEMPLATE, json.dumps(template))
    return folder


def for_container(url: str) -> str:
    """Return the URL by which a container reaches a server of this machine."""
    return _THIS_HOST.sub(MACHINE, url)


def _events(resources: dict[str, Any]) -> dict[str, Any]:
    """Return the template's routes as SAM events, because `sam local` serves no other routes."""
    routes = {
        name: resource["Properties"]["RouteKey"]
        for name, resource in resources.items()
        if resource["Type"] == "AWS::ApiGatewayV2::Route"
    }
    # As on MiniStack, where a greedy path variable does not match an empty rest.
    exact = {name: key["Fn::If"][1] if isinstance(key, dict) else key for name, key in routes.items()}
    # A route key is a method and a path, or `$default` for every other call.
    targets = {name: key.split() if " " in key else ["ANY", key] for name, key in exact.items()}
    return {
        name: {"Type": "HttpApi", "Properties": dict(zip(("Method", "Path"), target, strict=True))}
        for name, target in targets.items()
    }


def _variables(settings: Settings, function: str) -> dict[str, str]:
    functions: LambdaClient = boto3.client("lambda")
    name = stack.physical_id(sam.STACK_NAME, function)
    deployed = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    secrets: SecretsManagerClient = boto3.client("secretsmanager")
    database_url = secrets.get_secret_value(SecretId=deployed["DATABASE_SECRET_ARN"])["SecretString"]
    variables = {**deployed, "DATABASE_URL": database_url, "AWS_ENDPOINT_URL": settings.aws_url}
    return {name: for_container(value) for name, value in variables.items()}
