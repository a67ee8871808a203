"""All data of a person, and its erasure."""

from typing import Annotated, Any

from pydantic import Field

from api.fields import GivenReason, Input, KnownReason, NextCursor, Output, Params, Phone, ShownMoment
from api.resources.clients.message_schemas import ClientMessage
from api.resources.clients.schemas import Client, ClientOptOut
from notifications.contracts.enumerations import AuditAction, AuditKind, MessageStatus, ReplyEffect
from notifications.contracts.problem_codes import ProblemCode


class PersonWaitingRow(Output):
    """A row of an import under way that is read and not stored yet."""

    import_id: int
    line: int
    operator_code: str | None
    timezone: str
    tags: Annotated[str, Field(description="names, separated by `|`")]
    attributes: dict[str, str | bool | int | float | None]
    consent_at: ShownMoment | None
    consent_source: str | None


class PersonRefusedRow(Output):
    """A row of an import that was not stored, and whose refusal quotes the phone."""

    import_id: int
    line: int
    field: str
    code: ProblemCode
    params: Params


class PersonAttempt(Output):
    """An attempt to send a message."""

    at: ShownMoment
    calls: Annotated[int, Field(description="number of calls of the provider, quick retries included")]
    outcome: MessageStatus
    error: str | None
    error_code: KnownReason


class PersonMessage(ClientMessage):
    """A message to the person, with its attempts."""

    attempt_list: Annotated[list[PersonAttempt], Field(description="the last twenty attempts, the oldest first")]


class PersonMessages(Output):
    """A page of the messages to the person, newest first."""

    items: list[PersonMessage]
    next: NextCursor


class PersonReply(Output):
    """A text that the person has sent to a provider, and what followed."""

    id: int
    at: ShownMoment
    provider: str
    text: str
    effect: ReplyEffect


class PersonReplies(Output):
    """A page of the person's replies, newest first."""

    items: list[PersonReply]
    next: NextCursor


class PersonChange(Output):
    """An entry of the audit log about the person."""

    id: int
    at: ShownMoment
    name: Annotated[str, Field(description="name of the author")]
    action: AuditAction
    kind: AuditKind
    key: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class PersonChanges(Output):
    """A page of the entries of the audit log about the person, newest first."""

    items: list[PersonChange]
    next: NextCursor


class PersonalData(Output):
    """All that is known of a person, by phone. Messages, replies and changes are paged, each by a cursor of its own."""

    phone: Annotated[str, Field(examples=["79261234567"])]
    client: Annotated[Client | None, Field(description="null if no client has the phone")]
    opt_out: Annotated[
        ClientOptOut | None,
        Field(description="null if the person has not opted out; of source `erasure` for an erased person"),
    ]
    waiting_rows: Annotated[list[PersonWaitingRow], Field(description="the first hundred of them")]
    refused_rows: Annotated[list[PersonRefusedRow], Field(description="the first hundred of them")]
    messages: PersonMessages
    replies: PersonReplies
    changes: PersonChanges


class ErasureInput(Input):
    """The phone again, so that nobody is erased by a slip, and the reason."""

    phone: Annotated[Phone, Field(description="the phone of the path, typed again")]
    reason: Annotated[
        GivenReason,
        Field(
            description="why, for the audit log; the phone and the values of attributes are left out of it",
            examples=["request of 2026-11-20, ticket 4711"],
        ),
    ]


class Erasure(Output):
    """An erasure."""

    reference: Annotated[
        str, Field(description="key of the person's entries in the audit log", examples=["1f0c9b2a77e4d053"])
    ]
    erased_at: Annotated[ShownMoment, Field(description="time of the first erasure of this phone")]
    messages: Annotated[int, Field(description="number of messages that this call erased")]
    changes: Annotated[int, Field(description="number of entries of the audit log that this call erased")]
