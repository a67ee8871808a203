"""MiniStack: AWS on this machine. It keeps everything in memory, and runs functions as its child processes."""

import os
from functools import partial
from pathlib import Path

from local import environment
from local.servers.server import Server, is_success
from local.settings import Settings
from tooling import files, paths
from tooling.process import BackgroundProcess


def server(settings: Settings) -> Server:
    """Describe the MiniStack of this stack."""
    scratch_dir = settings.state_dir / "ministack"
    return Server(
        title="MiniStack",
        process=BackgroundProcess(
            log_file=settings.log_file("ministack"),
            command=[paths.MINISTACK / "bin/ministack"],
            environment=environment.for_server(settings, settings.ministack_port) | _variables(settings, scratch_dir),
        ),
        port=settings.ministack_port,
        port_variable="MINISTACK_PORT",
        # Each instance of a function unpacks its code and its layer there.
        prepare=partial(files.empty, scratch_dir),
        is_own=settings.servers == "own",
        is_ready=lambda: is_success(f"{settings.aws_url}/_ministack/health"),
    )


def _variables(settings: Settings, scratch_dir: Path) -> dict[str, str]:
    return {
        "GATEWAY_PORT": str(settings.ministack_port),
        "BIND_HOST": settings.bind_host,
        "MINISTACK_HOST": "localhost",
        "MINISTACK_REGION": environment.REGION,
        "LAMBDA_EXECUTOR": "local",
        "TMPDIR": str(scratch_dir),
        "S3_DATA_DIR": str(scratch_dir / "s3"),
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        # CloudFront's functions run in Node, which may be installed after MiniStack has started.
        "PATH": os.pathsep.join([os.environ["PATH"], str(paths.NODE / "bin")]),
        # Functions run as processes; a Docker of the machine must not be used.
        "DOCKER_HOST": f"unix://{scratch_dir / 'no-docker'}",
    }
