"""A person whom every part of the service has met: the data of an erasure."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Engine, text

from dead_letters.recording import record_dead_letters
from importer.importing import kinds
from importer.reading import Reader
from notifications.clients.imports.uploads import Uploads
from notifications.clients.opt_outs import repository as opt_outs
from notifications.clients.opt_outs.opt_out import OptOut
from notifications.contracts.enumerations import AuditAction, AuditKind, OptOutScope, OptOutSource, ReceiptState
from notifications.events import audit
from notifications.jobs import runner
from notifications.message_state.deliveries import Receipt
from notifications.messages import receipts
from notifications.texts.redaction import redact
from sender.providers.base import OutcomeUnknown, OutgoingMessage, ProviderError, Rejected, Unavailable
from tests.support.functions.api import ERASURE_KEY, api_over
from tests.support.functions.gateway import Gateway
from tests.support.importer.fake_s3 import FakeS3
from tests.support.mailings.planned import AUTHOR, plan
from tests.support.sender.scenario import SenderScenario

PHONE = "79261234567"
NAME = "Zinaida Quellenberg"
IBAN = "DE89370400440532013000"
ATTRIBUTES = {"name": NAME, "iban": IBAN}
TEXT = "Dear {name}, your account is {iban}"
TRACES = [PHONE, NAME, IBAN]


@dataclass
class QuotingProvider:
    """Provider whose answers quote the message that they refuse.

    Attributes:
        errors: kinds of the errors, call by call; None for an accepted call. Later calls are accepted.
        redacts: hide the text and the phone, as the client of the HTTP provider does.
    """

    errors: list[type[ProviderError] | None] = field(default_factory=list)
    redacts: bool = False
    name: str = "quoting"

    async def send(self, message: OutgoingMessage) -> None:
        if (kind := self.errors.pop(0) if self.errors else None) is not None:
            words = f"HTTP 400: no route for {message.id}, {message.phone}: {message.text}"
            raise kind(redact(words, hidden=[message.phone, message.text]) if self.redacts else words)


@dataclass
class PersonScenario:
    """The API, a sender and an importer, and one person among other clients."""

    engine: Engine
    s3: FakeS3 = field(default_factory=FakeS3)
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    calls: int = 0
    redacts: bool = False

    @property
    def call(self) -> Gateway:
        return api_over(self.engine, now=lambda: self.now, s3=self.s3, default_timezone="Europe/Moscow")

    def post(self, path: str, body: Any) -> Any:
        """Call the API with an idempotency key, and assert that it succeeds."""
        self.calls += 1
        kind = {"Content-Type": "text/csv"} if isinstance(body, str) else {}
        answer = self.call("POST", path, body, headers={"Idempotency-Key": f"k-{self.calls}", **kind})
        assert answer.status < 300, answer.text
        return answer.json

    def create(self, phone: str = PHONE, **more: Any) -> None:
        self.post("client/", {"phone": phone, "tags": ["vip"], "attributes": ATTRIBUTES, **more})

    def erase(self, phone: str = PHONE, reason: str = "asked for it") -> Any:
        return self.call("POST", f"client/{phone}/erase/", {"phone": phone, "reason": reason})

    def mailing(self) -> int:
        """Create a mailing, and plan and release its messages."""
        ends_at = (self.now + timedelta(days=1)).isoformat()
        body = {"text": TEXT, "starts_at": self.now.isoformat(), "ends_at": ends_at, "filter": {"tags": ["vip"]}}
        mailing_id: int = self.post("mailing/", body)["id"]
        plan(self.engine, mailing_id)
        return mailing_id

    def send(self, *errors: type[ProviderError] | None) -> None:
        """Send all that waits, with the first errors of the provider."""
        sender = SenderScenario(self.engine, now=self.now)
        sender.requeue()
        ids = [row.id for row in sender.rows() if row.status == "queued"]
        self.now = sender.now
        sender.send(QuotingProvider([*errors], redacts=self.redacts), ids)

    def test_send(self) -> int:
        body = {"phone": PHONE, "text": TEXT, "attributes": ATTRIBUTES}
        return int(self.post("mailing/test/", body)["id"])

    def upload(self, rows: str) -> int:
        """Start the import of a file that the importer has not read."""
        made = self.post("import/", {"country": "RU"})
        key = made["upload"]["url"].partition(".example.org/")[2].partition("?")[0]
        self.s3.objects[key] = rows.encode()
        self.post(f"import/{made['id']}/start/", {})
        return int(made["id"])

    def import_parts(self, *, parts: int | None = None, part_rows: int = 2) -> None:
        """Run the importer over some parts of the imports, or until nothing is left to do."""
        uploads = Uploads(lambda: cast("Any", self.s3), lambda: "uploads")
        work, done = kinds(Reader(uploads, lambda: "Europe/Moscow", lambda: ERASURE_KEY), part_rows=part_rows), 0
        while done != parts and runner.run_next(self.engine, work, now=self.now) is not None:
            done += 1

    def opt_out(self) -> None:
        found = OptOut(
            phone=PHONE, scope=OptOutScope.ALL, source=OptOutSource.OPERATOR, reason=f"{NAME} asked", at=self.now
        )
        with self.engine.begin() as connection:
            opt_outs.record(connection, [found])
            audit.record(
                connection,
                AUTHOR,
                AuditAction.CREATE,
                AuditKind.OPT_OUT,
                PHONE,
                before=None,
                after={"reason": found.reason},
                now=self.now,
            )

    def dead_letter(self, body: str) -> None:
        sent = str(int(self.now.timestamp() * 1000))
        record_dead_letters(
            self.engine,
            [{"messageId": body[:9], "body": body, "attributes": {"SentTimestamp": sent}}],
            now=self.now,
        )

    def meet_everything(self) -> None:
        """Let every part of the service meet the person, and others."""
        self.create("79260000001", attributes={"name": "Other"})
        self.create(timezone="Europe/Moscow")
        self.mailing()
        self.send(OutcomeUnknown, Rejected)
        self.call("DELETE", f"client/{PHONE}/")
        self.create()
        self.mailing()
        self.send(Rejected, None)
        self.mailing()
        self.send(None, Unavailable)
        self.mailing()
        self.test_send()
        self.send(Rejected)
        self.test_send()
        self.send()
        self.test_send()
        self.post("client/import/", f"phone;timezone;name;iban\n{PHONE};Asia/Omsk;{NAME};{IBAN}\n")
        self.post("client/bulk/", {"phones": [PHONE, "79260000001"], "add_tags": ["bulk"]})
        header = "phone,timezone,name,iban"
        self.upload(f"{header}\n79260000002,UTC,Two,\n{PHONE},UTC,{NAME},{IBAN}\n79270000001,Mars/{PHONE},,\n")
        self.import_parts()
        cancelled = self.upload(f"{header}\n79260000003,UTC,Three,\n{PHONE},UTC,{NAME},{IBAN}\n")
        self.import_parts(parts=1)
        job = self.scalar("SELECT job_id FROM client_import WHERE id = :id", id=cancelled)
        self.post(f"job/{job}/cancel/", {})
        self.receive()
        self.receive(early=True)
        self.break_provider()
        self.mailing()
        self.opt_out()
        self.dead_letter(json.dumps({"message": f"to {PHONE}"}))

    def receive(self, *, early: bool = False) -> None:
        """Apply a receipt of the first message that quotes the person, or keep one of an unknown message."""
        message_id = 2**40 if early else self.scalar("SELECT min(id) FROM message WHERE status = 'sent'")
        receipt = Receipt(
            provider="http",
            message_id=message_id,
            state=ReceiptState.UNDELIVERABLE,
            code="absent",
            words=f"{NAME} is away",
            at=self.now,
        )
        receipts.receive(self.engine, [receipt], now=self.now)

    def break_provider(self) -> None:
        """Open the circuit breaker with an error that quotes a message."""
        for _ in range(6):
            self.test_send()
        self.send(*[Unavailable] * 99)

    def scalar(self, query: str, **values: Any) -> Any:
        with self.engine.connect() as connection:
            return connection.execute(text(query), values).scalar_one()

    def rows(self, query: str, **values: Any) -> list[Any]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query), values)]
