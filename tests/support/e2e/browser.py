"""The admin site in a browser. An unexpected console error fails the visit."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
from playwright.sync_api import Browser, ConsoleMessage, Page, StorageState

OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Site:
    """Admin site of a running stack."""

    browser: Browser
    described: dict[str, Any]
    _lenient: set[Page] = field(default_factory=set)
    _signed_in: StorageState = field(default_factory=StorageState)

    @contextmanager
    def visit(self, *, expected_errors: int = 0, **context: Any) -> Iterator[Page]:
        """Open a page in a fresh browser context."""
        errors: list[str] = []
        own = self.browser.new_context(**{"locale": "en-GB", "timezone_id": "Europe/Moscow", **context})
        page = own.new_page()

        def note(message: ConsoleMessage) -> None:
            if message.type == "error":
                errors.append(message.text)

        page.on("console", note)
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield page
        own.close()
        assert page in self._lenient or len(errors) == expected_errors, errors

    @contextmanager
    def visit_signed_in(self, **context: Any) -> Iterator[Page]:
        """Open a page in a browser context where the admin is already signed in."""
        if not self._signed_in:
            with self.visit() as page:
                self.sign_in(page)
                self._signed_in.update(page.context.storage_state())
        with self.visit(storage_state=self._signed_in, **context) as page:
            self.open(page, "/")
            yield page

    def allow_errors(self, page: Page) -> None:
        """Allow console errors on a page."""
        self._lenient.add(page)

    def open(self, page: Page, path: str) -> None:
        page.goto(self.described["admin_url"].rstrip("/") + path)

    def sign_in(self, page: Page, *, at: str = "/", **given: str) -> None:
        """Open a path, and sign in when the site asks for it."""
        self.open(page, at)
        self.fill_in(page, **given)

    def fill_in(self, page: Page, *, username: str | None = None, password: str | None = None) -> None:
        page.get_by_label("E-mail").fill(username or self.described["username"])
        page.get_by_label("Password").fill(password or self.described["password"])
        page.get_by_role("button", name="Sign in").click()
        if password is None:
            page.locator("#react-admin-title").wait_for()

    def mailing(self, admin: httpx.Client, *, starts_in: timedelta = timedelta(0), **more: Any) -> int:
        """Create a mailing that runs for a day from its start."""
        start = datetime.now(UTC) + starts_in
        times = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(days=1)).isoformat()}
        created = admin.post(
            "mailing/",
            json={"text": "Hello", "filter": {"tags": []}, **times, **more},
            headers={"Idempotency-Key": uuid4().hex},
        )
        assert created.status_code == 201, created.text
        number: int = created.json()["id"]
        return number

    def get(self, path: str) -> httpx.Response:
        """Return the response to a request without credentials."""
        url = httpx.URL(self.described["admin_url"])
        # Not every resolver maps names that end in localhost to this machine.
        return httpx.get(f"http://127.0.0.1:{url.port}{path}", headers={"Host": f"{url.host}:{url.port}"})
