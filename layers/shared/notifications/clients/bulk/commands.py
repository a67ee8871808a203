"""Begin changes of many clients: a few at once, many as a job."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from notifications.clients.audience import counts as audience_counts
from notifications.clients.bulk import chunks
from notifications.clients.bulk.work import Work, ids_of_phones, last_id
from notifications.clients.tags import assignment
from notifications.clients.tags import repository as tags
from notifications.clients.tags.repository import Tag
from notifications.contracts.enumerations import JobKind
from notifications.events.audit import Author
from notifications.jobs import repository as jobs
from notifications.jobs import runner
from notifications.jobs.job import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkChange:
    """Change of many clients: tags to add and to remove, by name, or a deletion.

    Attributes:
        phones: phones of the clients; None for those that the filter selects.
        tags, operator_codes: filter: any of the tags and any of the codes. An empty list does not restrict.
    """

    phones: Collection[str] | None = None
    tags: Collection[str] = ()
    operator_codes: Collection[str] = ()
    add_tags: Collection[str] = ()
    remove_tags: Collection[str] = ()
    delete: bool = False


def start(connection: Connection, change: BulkChange, *, author: Author, now: datetime, at_once: int) -> Job:
    """Create the job of a change. Up to `at_once` clients are changed in the caller's transaction.

    Returns:
        The job: finished, or to be begun by a tick.
    """
    work = _work(connection, change)
    first = work.next_ids(connection, after=0, at_most=at_once + 1)
    is_small = len(first) <= at_once
    total = len(first) if is_small else _count(connection, work)
    job = jobs.create(connection, JobKind.BULK, work.as_params(), author=author, now=now, total=total + work.missing)
    if not is_small:
        return job
    runner.run_at_once(connection, job, chunks.KINDS[JobKind.BULK], items=at_once, now=now)
    return jobs.get(connection, job.id)


def delete_tag(connection: Connection, tag: Tag, *, author: Author, now: datetime, at_once: int) -> Job | None:
    """Remove a tag from its clients, and delete it. Up to `at_once` clients are changed in the caller's transaction.

    Returns:
        The job that does it; None if all is done.

    Raises:
        Conflict: an unfinished mailing filters on the tag.
    """
    tags.require_unused(connection, tag)
    work = Work(tag_ids=[tag.id], remove=[tag.id])
    if tag.clients > at_once:
        params = work.as_params()
        return jobs.create(connection, JobKind.TAG_DELETION, params, author=author, now=now, total=tag.clients)
    chunks.change_next(connection, work, after=0, size=at_once + 1, now=now)
    tags.remove(connection, tag.id)
    return None


def _work(connection: Connection, change: BulkChange) -> Work:
    ids = None if change.phones is None else ids_of_phones(connection, change.phones)
    return Work(
        client_ids=ids,
        missing=len(change.phones or ()) - len(ids or ()),
        tag_ids=assignment.find(connection, change.tags) if change.tags else None,
        operator_codes=list(change.operator_codes),
        until=last_id(connection),
        add=[each.id for each in assignment.get_or_create(connection, change.add_tags).values()],
        remove=assignment.find(connection, change.remove_tags),
        delete=change.delete,
    )


def _count(connection: Connection, work: Work) -> int:
    if work.client_ids is not None:
        return len(work.client_ids)
    return audience_counts.count_by_id(connection, tag_ids=work.tag_ids, operator_codes=work.operator_codes)
