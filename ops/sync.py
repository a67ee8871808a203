"""Uploads the functions whose code has changed, without a deployment: for development only."""

import io
import re
import subprocess
import sys
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import boto3
import httpx
from botocore.exceptions import ClientError

from ops import stack
from ops.errors import NotForSync
from tooling import paths
from tooling.errors import CommandError

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_lambda.type_defs import WaiterConfigTypeDef

FUNCTIONS = paths.ROOT / "functions"
# The alias that API Gateway and the queue call. Functions without it are called by their name.
ALIAS = "live"
# SAM's zips have none. With the same bytes, the next deployment would fail: Lambda publishes no second version of them.
COMMENT = b"uploaded by make sync"
WAIT: "WaiterConfigTypeDef" = {"Delay": 1, "MaxAttempts": 60}


def packages(makefile: Path = FUNCTIONS / "Makefile") -> dict[str, str]:
    """Return the package of each function, by the function's name in the template."""
    return dict(re.findall(r"^build-(\w+): package-(\w+)$", makefile.read_text(), re.MULTILINE))


def sync(stack_name: str) -> list[str]:
    """Upload the functions whose deployed code differs from this checkout.

    The layer, the template and its parameters need a deployment.

    Returns:
        Names of the uploaded functions in the template.

    Raises:
        NotForSync: the stack shifts traffic to new code step by step, which this would skip.
    """
    if stack.parameters(stack_name).get("TrafficShift", "AllAtOnce") != "AllAtOnce":
        raise NotForSync(f"{stack_name} shifts traffic to new code step by step. Update it with: make deploy")
    client: LambdaClient = boto3.client("lambda")
    ids = stack.physical_ids(stack_name)
    # A condition of the template may leave a function out.
    functions = [Function(client, name, ids[name], package) for name, package in packages().items() if name in ids]
    with ThreadPoolExecutor(len(functions)) as pool:
        changed = pool.map(Function.sync, functions)
        return [each.name for each, is_changed in zip(functions, changed, strict=True) if is_changed]


@dataclass(frozen=True)
class Function:
    """A function of a stack, and the package in this checkout with its code.

    Attributes:
        name: its name in the template.
        physical_name: its name in Lambda.
    """

    client: "LambdaClient"
    name: str
    physical_name: str
    package: str

    def sync(self) -> bool:
        """Upload the package if it differs from the code that is called, and return True if it did."""
        if self._called_code() == sources(FUNCTIONS / self.package):
            return False
        self._upload(build(self.name))
        return True

    def _called_code(self) -> dict[str, int]:
        called = f"{self.physical_name}:{ALIAS}" if self._has_alias() else self.physical_name
        code = self.client.get_function(FunctionName=called)["Code"]
        answer = httpx.get(code["Location"]).raise_for_status()
        return sources_in(zipfile.ZipFile(io.BytesIO(answer.content)))

    def _has_alias(self) -> bool:
        # Threads share the client, and each may see exception classes of its own while botocore makes them.
        try:
            self.client.get_alias(FunctionName=self.physical_name, Name=ALIAS)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            return False
        return True

    def _upload(self, code: bytes) -> None:
        name = self.physical_name
        self.client.update_function_code(FunctionName=name, ZipFile=code)
        self.client.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig=WAIT)
        if self._has_alias():
            version = self.client.publish_version(FunctionName=name)["Version"]
            self.client.update_alias(FunctionName=name, Name=ALIAS, FunctionVersion=version)


def build(name: str) -> bytes:
    """Build a function by the Makefile that `sam build` calls, and return its zip."""
    with TemporaryDirectory() as folder:
        command = (
            "make",
            "--directory",
            FUNCTIONS,
            f"build-{name}",
            f"ARTIFACTS_DIR={folder}",
            f"PYTHON={sys.executable}",
        )
        done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            raise CommandError(f"{name} could not be built: {done.stdout.strip()}")
        return _zipped(Path(folder))


def sources(package: Path) -> dict[str, int]:
    """Return the checksum of each source file of a package, by its path in the function's zip."""
    files = {path.relative_to(package.parent).as_posix(): path for path in package.rglob("*") if path.is_file()}
    return {name: zlib.crc32(path.read_bytes()) for name, path in files.items() if _is_source(name)}


def sources_in(archive: zipfile.ZipFile) -> dict[str, int]:
    """Return the checksum of each source file of a function's zip, by its path."""
    return {each.filename: each.CRC for each in archive.infolist() if _is_source(each.filename)}


def _is_source(name: str) -> bool:
    # Compiled files follow from the sources, and have the path of the folder in which they were built.
    return not name.endswith(("/", ".pyc"))


def _zipped(folder: Path) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = COMMENT
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    return file.getvalue()
