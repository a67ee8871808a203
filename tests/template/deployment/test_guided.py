"""`sam deploy --guided`, the README's way into an empty account, asked in a terminal up to its first call of AWS."""

import os
import pty
import re
import select
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import pytest

from tooling.paths import ROOT, SAM

# The longest time without any output.
SILENCE_SECONDS = 120
ANSWERS = {
    "Parameter ProviderUrl": "https://provider.example.org",
    "Parameter ReportSender": "reports@example.org",
    "Parameter ReportRecipients": "ann@example.org, bob@example.org",
}
STYLE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
# click shows the default of a question behind its text.
QUESTION = re.compile(r"([^\t\r\n]+) \[([^\r\n]*)\]: $")


class FakeAws(HTTPServer):
    """AWS in place of an account: records calls, and refuses them."""

    calls: list[dict[str, list[str]]]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Refusing(BaseHTTPRequestHandler):
    server: FakeAws

    def do_POST(self) -> None:
        self.server.calls.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        body = b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>no account</Message></Error></ErrorResponse>"
        self.send_response(403)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Log nothing."""


@pytest.fixture(scope="module")
def aws() -> Iterator[FakeAws]:
    with FakeAws(("127.0.0.1", 0), _Refusing) as server:
        server.calls = []
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@dataclass
class Dialogue:
    """Questions that a command asks in a terminal, each with its default, and the answers.

    Attributes:
        questions: text and default of each question, in their order.
        output: all that the command has written.
    """

    questions: list[tuple[str, str]] = field(default_factory=list)
    output: str = ""

    def hold(self, terminal: int) -> None:
        """Answer every question until the command closes the terminal: by ANSWERS, or by Enter."""
        unread = ""
        while written := _read(terminal):
            self.output += written
            unread = STYLE.sub("", unread + written)
            if question := QUESTION.search(unread):
                self.questions.append((question[1], question[2]))
                os.write(terminal, f"{ANSWERS.get(question[1], '')}\n".encode())
                unread = ""


def _read(terminal: int) -> str:
    readable, _, _ = select.select([terminal], [], [], SILENCE_SECONDS)
    assert readable, "the command is silent"
    try:
        return os.read(terminal, 65_536).decode(errors="replace")
    except OSError:  # Linux's end of a terminal whose other side is closed
        return ""


@contextmanager
def running(folder: Path, aws_url: str) -> Iterator[int]:
    """Run `sam deploy --guided` in the folder, and yield its terminal."""
    ours, theirs = pty.openpty()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "AWS_ENDPOINT_URL": aws_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "NO_PROXY": "127.0.0.1",
        "SAM_CLI_TELEMETRY": "0",
    }
    command: list[str | Path] = [SAM / "bin/sam", "deploy", "--guided"]
    process = subprocess.Popen(command, cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    try:
        yield ours
    finally:
        process.kill()
        process.wait()
        os.close(ours)


@pytest.fixture(scope="module")
def dialogue(aws: FakeAws, tmp_path_factory: pytest.TempPathFactory) -> Dialogue:
    folder = tmp_path_factory.mktemp("guided")
    built = folder / ".aws-sam/build"
    built.mkdir(parents=True)
    for template in ("template.yaml", "observability.yaml"):
        shutil.copy(ROOT / template, built)
    shutil.copy(ROOT / "samconfig.toml", folder)
    held = Dialogue()
    with running(folder, aws.url) as terminal:
        held.hold(terminal)
    return held


def test_every_parameter_is_asked_once_in_the_order_of_the_template(dialogue: Dialogue, source: dict[str, Any]) -> None:
    asked = [text.removeprefix("Parameter ") for text, _ in dialogue.questions if text.startswith("Parameter ")]
    assert asked == list(source["Parameters"]), dialogue.output


def test_enter_gives_a_value_that_cloudformation_accepts(dialogue: Dialogue, source: dict[str, Any]) -> None:
    for text, default in dialogue.questions:
        if text.startswith("Parameter "):
            parameter = source["Parameters"][text.removeprefix("Parameter ")]
            given = ANSWERS.get(text, default)
            assert re.fullmatch(parameter.get("AllowedPattern", ".*"), given), text
            assert given in map(str, parameter.get("AllowedValues", [given])), text


def test_only_parameters_without_a_usable_default_need_an_answer(source: dict[str, Any]) -> None:
    needed = {f"Parameter {name}" for name, each in source["Parameters"].items() if "Default" not in each}
    assert needed | {"Parameter ProviderUrl"} == ANSWERS.keys()


def test_the_dialogue_ends_with_the_first_call_of_aws(dialogue: Dialogue, aws: FakeAws) -> None:
    assert "Looking for resources needed for deployment" in dialogue.output
    assert [(call["Action"], call["StackName"]) for call in aws.calls[:1]] == [
        (["DescribeStacks"], ["aws-sam-cli-managed-default"])
    ], dialogue.output
