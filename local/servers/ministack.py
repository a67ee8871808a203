"""MiniStack: AWS on this machine. It keeps everything in memory, and functions run as its own child processes."""

import os

from local import environment
from local.processes.background import Background
from local.servers.server import Service, answers_http
from local.settings import Settings
from tooling import paths


def service(settings: Settings) -> Service:
    """MiniStack as this stack runs it."""
    memory = settings.state / "ministack"
    return Service(
        title="MiniStack",
        background=Background("ministack", settings.state),
        port=settings.ministack_port,
        variable="MINISTACK_PORT",
        command=[paths.MINISTACK / "bin/ministack"],
        environment=environment.of_services(settings)
        | {
            "GATEWAY_PORT": str(settings.ministack_port),
            "BIND_HOST": settings.bind_host,
            "MINISTACK_HOST": "localhost",
            "MINISTACK_REGION": environment.REGION,
            "LAMBDA_EXECUTOR": "local",
            "TMPDIR": str(memory),
            "S3_DATA_DIR": str(memory / "s3"),
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            # CloudFront's functions run in Node, which may be there later only.
            "PATH": os.pathsep.join([os.environ["PATH"], str(paths.NODE / "bin")]),
            # Where there is a Docker, it is left alone.
            "DOCKER_HOST": f"unix://{memory / 'no-docker'}",
        },
        # Each instance of a function unpacks itself there, layer and all.
        scratch=memory,
        is_own=settings.servers == "own",
        answers=lambda: answers_http(f"{settings.aws_url}/_ministack/health"),
    )
