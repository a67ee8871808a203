"""Writes screenshots of the running stack's admin site to docs/admin: `make screenshots`, after `make demo`."""

import json
import shutil
import sys
from typing import Any

from playwright.sync_api import Page, expect, sync_playwright

from tests.support.e2e.browser import OPTIONS, Site
from tooling import paths

FOLDER = paths.ROOT / "docs/admin"
PAGES = {
    "dashboard": "/",
    "mailings": "/mailing",
    "mailing": "/mailing/{mailing}/show",
    "messages": "/mailing/{mailing}/show?messages=",
    "mailing-text": "/mailing/create?clone={mailing}",
    "clients": "/client",
    "client-import": "/client/import",
    "opt-outs": "/optout",
    "tags": "/tag",
    "report": "/report",
    "audit": "/audit",
}
STEPS = ("audience", "schedule", "check")
LOOKS: dict[str, dict[str, Any]] = {
    "en": {"viewport": {"width": 1280, "height": 800}},
    "ru": {"viewport": {"width": 1280, "height": 800}, "locale": "ru-RU"},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}
# Pages photographed in full length; lists only repeat their rows below the screen.
WHOLE = {"dashboard", "mailing", "mailing-text", "mailing-audience", "mailing-schedule", "mailing-check"}
LOADING = ".MuiSkeleton-root, .RaLoading-root, .RaLoadingPage-root"
# Animations have ended by then.
SETTLED_MS = 700


def photograph(page: Page, site: Site, look: str, mailing: str) -> None:
    """Write screenshots of every page in one theme and language."""

    def shoot(name: str) -> None:
        page.wait_for_load_state("networkidle")
        expect(page.locator(LOADING)).to_have_count(0, timeout=30_000)
        page.wait_for_timeout(SETTLED_MS)
        page.screenshot(path=FOLDER / f"{name}-{look}.png", full_page=name in WHOLE)

    for name, path in PAGES.items():
        site.open(page, path.format(mailing=mailing))
        shoot(name)
        if name == "mailing-text":
            for step in STEPS:
                page.locator(".MuiStepButton-root").nth(STEPS.index(step) + 1).click()
                shoot(f"mailing-{step}")


def main() -> None:
    """Write all screenshots, with the mailing of the command line or the first one."""
    mailing = sys.argv[1] if len(sys.argv) > 1 else "1"
    described = json.loads((paths.ROOT / ".local/stack.json").read_text())
    program = shutil.which("chromium") or shutil.which("google-chrome")
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        site = Site(browser, described)
        for look, context in LOOKS.items():
            with site.visit_signed_in(**context) as page:
                photograph(page, site, look, mailing)
        with site.visit(viewport=LOOKS["en"]["viewport"]) as page:
            site.open(page, "/login")
            page.wait_for_timeout(SETTLED_MS)
            page.screenshot(path=FOLDER / "sign-in-en.png")


if __name__ == "__main__":
    main()
