"""Run all benchmarks, each in its own process to measure its own memory: `python -m benchmarks [NAME ...]`."""

import subprocess
import sys

from benchmarks.harness import page

BENCHMARKS = (
    "plan",
    "release",
    "fairness",
    "send",
    "statistics",
    "whole",
    "api",
    "instances.cold_start",
    "instances.memory",
    "writes",
    "imports",
    "retention",
    "receipts",
)

if __name__ == "__main__":
    for name in sys.argv[1:] or BENCHMARKS:
        # Results go to stderr; the standard output has only the functions' logs.
        command = [sys.executable, "-W", "ignore", "-m", f"benchmarks.measurements.{name}"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    page.write()
