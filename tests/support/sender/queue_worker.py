"""A process with the sender's handler: `python -m tests.support.sender.queue_worker`.

It prints a line when it is ready. For each line of its standard input it handles an SQS event, and prints a line.
"""

import json
import sys

from notifications.contracts.observability import logger
from sender.bootstrap import from_environment
from sender.handler import build_handler
from tests.support.functions.invocations import Context


def main() -> None:
    logger.setLevel("CRITICAL")
    collaborators = from_environment()
    collaborators.sender()
    handler = build_handler(collaborators)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        handler(json.loads(line), Context())
        # The metrics of an invocation are a line, too.
        sys.stdout.write("done\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
