"""Keyed hashes of phones. Without the key, a hash cannot be compared with all phones that there are."""

import hmac
from collections.abc import Callable
from functools import cache

from pydantic import SecretStr

from notifications.contracts.settings import Settings, read_secret

# Digits of a hash that name an erasure in the audit log and in the journal.
REFERENCE_DIGITS = 16


class ErasureKeySettings(Settings):
    """The secret with the key or, outside AWS, the key itself."""

    erasure_key_secret_arn: str = ""
    erasure_key: SecretStr | None = None

    def resolve_erasure_key(self, read: Callable[[str], str] = read_secret) -> bytes:
        """Return the key.

        Args:
            read: reads a secret by its ARN.
        """
        if self.erasure_key is not None:
            return self.erasure_key.get_secret_value().encode()
        return read(self.erasure_key_secret_arn).encode()


class ErasureSettings(ErasureKeySettings):
    """The key, and the bucket of the journal."""

    erasure_bucket: str


def key_reader(settings: Callable[[], ErasureKeySettings]) -> Callable[[], bytes]:
    """Return a function that reads the key when it is first needed, and keeps it: the key never changes.

    Under another key no erased phone would be recognised, so the secret must never be rotated.
    """
    return cache(lambda: settings().resolve_erasure_key())


def phone_hash(key: bytes, phone: str) -> bytes:
    """Return the hash of a phone: HMAC-SHA256."""
    return hmac.digest(key, phone.encode(), "sha256")


def reference(hashed: bytes) -> str:
    """Return the beginning of a hash, which stands for an erased person where people read it."""
    return hashed.hex()[:REFERENCE_DIGITS]
