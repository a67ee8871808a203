"""checkov on the expanded templates. Each ignored check has a reason, and is listed only while it fails."""

import json
import subprocess
from pathlib import Path
from typing import Any

from tooling import paths

SKIPPED = {
    "CKV_AWS_18": "The admin site is no secret, its access logs are by parameter; every call of the API has its line.",
    "CKV_AWS_21": "The admin site's files are built from the repository again, and logs expire.",
    "CKV_AWS_27": "Queues are encrypted with the keys of SQS, which checkov does not know; they carry ids only.",
    "CKV_AWS_86": "Pages are not worth a log; every call of the API has its line.",
    "CKV_AWS_111": "A text message has no resource that a policy could name; topics are denied.",
    "CKV_AWS_115": "The sender and the dead letters are bounded where they are fed: MaximumConcurrency of their queue.",
    "CKV_AWS_116": "Asynchronous invocations and schedules have FailedInvocations, queues have their dead letters.",
    "CKV_AWS_118": "Performance Insights says what is needed of a serverless instance; the rest costs per metric.",
    "CKV_AWS_149": "The key of Secrets Manager encrypts both secrets; another key would cost more than they do.",
    "CKV_AWS_162": "The password is RDS's own, never seen by anybody and changed every week.",
    "CKV_AWS_173": "Variables hold names and addresses. What is secret is in Secrets Manager.",
    "CKV_AWS_174": "Under CloudFront's own name the certificate is CloudFront's, and so are the versions it allows.",
}


def test_checkov_finds_only_failures_with_a_documented_reason(
    template: dict[str, Any], resources: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "template.json"
    file.write_text(json.dumps({**template, "Resources": resources}))
    command: list[str | Path] = [paths.CHECKOV / "bin/checkov", "--file", file, "--framework", "cloudformation"]
    options = ["--output", "json", "--compact", "--quiet", "--skip-download"]
    found = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    report = json.loads(found.stdout)
    assert report["summary"]["parsing_errors"] == 0
    assert report["summary"]["passed"] > len(SKIPPED)
    failed = {each["check_id"]: each["check_name"] for each in report["results"]["failed_checks"]}
    assert failed.keys() == SKIPPED.keys(), failed
