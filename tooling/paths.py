"""Paths of a checkout."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = ROOT / "requirements"
TOOLS = ROOT / ".local/tools"
UV = TOOLS / "uv"
SAM = TOOLS / "sam"
CHECKOV = TOOLS / "checkov"
MINISTACK = TOOLS / "ministack"
NODE = TOOLS / "node"
PEERS = TOOLS / "peers"
PROJECT = ROOT / ".venv"
