"""Cases of CSV files, which the tests of the admin site share: `csv_cases.json`."""

import base64
import json
from typing import Any

from tooling.paths import ROOT

type Case = dict[str, Any]

CASES: list[Case] = json.loads((ROOT / "tests/support/csv_cases.json").read_text(encoding="utf-8"))


def bytes_of(case: Case) -> bytes:
    """Return the bytes of a case's file."""
    return base64.b64decode(case["base64"]) if "base64" in case else case["text"].encode()


def refusal_of(case: Case) -> Case | None:
    """Return the code and the parameters with which the API refuses a case's file, or None if it reads the file."""
    refusal: Case | None = case.get("api_error") or case.get("error")
    return refusal


def name_of(case: Case) -> str:
    """Return the name of a case."""
    return str(case["name"])
