"""`client/{phone}/data/` and `client/{phone}/erase/`: all data of a person, and its erasure."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from api.audit_writer import author_of
from api.paging import Limit, Pages
from api.request_context import Context
from api.resources.clients.parameters import NewPhonePath, PhonePath
from api.resources.clients.personal_data.schemas import (
    Erasure,
    ErasureInput,
    PersonalData,
    PersonChange,
    PersonChanges,
    PersonMessage,
    PersonMessages,
    PersonRefusedRow,
    PersonReplies,
    PersonReply,
    PersonWaitingRow,
)
from api.resources.clients.schemas import Client, ClientOptOut
from api.routing import Routes
from notifications.clients.erasure import answers
from notifications.clients.erasure.erasing import erase
from notifications.contracts.enumerations import Role
from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode
from notifications.events import audit
from notifications.messages import client_history, personal_data
from notifications.messages.callbacks import stored_replies

routes = Routes("clients")

SectionCursor = Annotated[
    str | None, Query(description="`next` of the section on the previous page; omit it for the first", max_length=1000)
]


@routes.get("/client/<phone>/data/", role=Role.admin, summary="Get all data of a person")
def get_personal_data(
    context: Context,
    phone: PhonePath,
    limit: Limit = 50,
    messages: SectionCursor = None,
    replies: SectionCursor = None,
    changes: SectionCursor = None,
) -> PersonalData:
    """Get all that is known of a person by phone, to answer a request for access or to hand the data over.

    It also works if no client has the phone any more. Of an erased person, only the opt-out is left. `messages`,
    `replies` and `changes` have pages: call again with the `next` of each until all are null. What is kept for a short
    time is left out: answers to repeated calls, uploaded files, logs.
    """
    message_pages = Pages({"-at": client_history.ORDER}, sort="-at", cursor=messages, limit=limit)
    reply_pages = Pages({"-at": stored_replies.ORDER}, sort="-at", cursor=replies, limit=limit)
    change_pages = Pages(audit.ORDERS, sort="-id", cursor=changes, limit=limit)
    selection = audit.Selection(key=phone)
    with context.autocommit() as connection:
        known = personal_data.get(connection, phone, erasure_key=context.erasure_key())
        sent, next_message = message_pages.read(
            lambda after, limit, **_: personal_data.messages(connection, phone, after=after, limit=limit)
        )
        answers, next_reply = reply_pages.read(lambda **page: stored_replies.page(connection, phone=phone, **page))
        entries, next_change = change_pages.read(lambda **page: audit.page(connection, selection, **page))
    return PersonalData(
        phone=known.phone,
        client=known.client and Client.model_validate(known.client),
        opt_out=known.opt_out and ClientOptOut.model_validate(known.opt_out),
        waiting_rows=[PersonWaitingRow.model_validate(row) for row in known.waiting_rows],
        refused_rows=[PersonRefusedRow.model_validate(row) for row in known.refused_rows],
        messages=PersonMessages(items=[PersonMessage.model_validate(row) for row in sent], next=next_message),
        replies=PersonReplies(items=[PersonReply.model_validate(row) for row in answers], next=next_reply),
        changes=PersonChanges(items=[PersonChange.model_validate(row) for row in entries], next=next_change),
    )


@routes.post("/client/<phone>/erase/", role=Role.admin, summary="Erase all data of a person")
def erase_person(context: Context, phone: NewPhonePath, given: ErasureInput) -> Erasure:
    """Erase all that is stored of a person, for good, and refuse the phone from then on.

    Messages and entries of the audit log stay, without the person, so that figures stay true. Messages that wait are
    suppressed; one that is being sent may still arrive. A copy of the database that is restored later erases the
    person again. Also erase earlier phones of the person, which `GET client/{phone}/data/` shows in `changes`.

    It may be repeated. 404 if nothing is known of the phone.
    """
    if given.phone != phone:
        raise InvalidInput("phone", ProblemCode.PHONE_NOT_REPEATED)
    now = context.now()
    with context.commit_first() as connection:
        done = erase(
            connection,
            phone,
            key=context.erasure_key(),
            author=author_of(context),
            reason=given.reason,
            now=now,
            at=now,
        )
        if done.found:
            context.erasure_journal.write(done.hashed, at=now)
    with context.transaction() as connection:
        answers.wait_for_calls(connection, done.hashed)
        answers.erase(connection, [phone])
    return Erasure(reference=done.reference, erased_at=done.at, messages=done.messages, changes=done.changes)
