"""Modules of the product, for tests that read its source."""

from tooling.paths import ROOT

LAYER = ROOT / "layers/shared/notifications"
FUNCTIONS = ROOT / "functions"
# Migrations stay as they were written.
MODULES = [
    module
    for folder in (LAYER, FUNCTIONS)
    for module in sorted(folder.rglob("*.py"))
    if LAYER / "database/migrations" not in module.parents
]
