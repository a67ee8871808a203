"""What has been deployed, onto which MiniStack: one forgets everything when its process ends."""

import json

from local import files
from local.processes import Background
from local.settings import Settings


class Record:
    """The last deployment, as a file tells.

    Args:
        settings: the stack's.
        ministack: where it is deployed.
    """

    def __init__(self, settings: Settings, ministack: Background) -> None:
        self._file = settings.state / "deployed.json"
        self._ministack = ministack

    def fingerprint(self) -> str | None:
        """That of what the MiniStack of this moment has; empty after a deployment that did not come to its end.

        None when it has nothing, and when it is not known to be the same as before: it is somebody else's process.
        """
        if not self._file.exists():
            return None
        record = json.loads(self._file.read_text())
        identity = self._ministack.identity()
        return str(record["fingerprint"]) if identity and record["onto"] == identity else None

    def write(self, fingerprint: str) -> None:
        """Keep the fingerprint of what it has from now on; an empty one while that is under way."""
        files.write(self._file, json.dumps({"onto": self._ministack.identity(), "fingerprint": fingerprint}))
