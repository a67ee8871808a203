"""Chunks of jobs that change many clients, in the order of their ids. The cursor is the id of the last client."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from notifications.clients import repository as clients
from notifications.clients.bulk.work import Work
from notifications.clients.tags import changes as tag_changes
from notifications.clients.tags import repository as tags
from notifications.contracts.enumerations import BulkResult, JobKind
from notifications.jobs.job import Job, Kind, Kinds, Progress

CHUNK_SIZE = 500


def change_next(connection: Connection, work: Work, *, after: int, size: int, now: datetime) -> Progress:
    """Change the next clients after an id, at most `size`."""
    ids = work.next_ids(connection, after=after, at_most=size)
    locked = work.lock(connection, ids)
    result = {**_apply(connection, work, locked, now), BulkResult.MISSING: len(ids) - len(locked)}
    return Progress(
        cursor=ids[-1] if ids else after,
        done=len(ids),
        result={name: number for name, number in result.items() if number},
        is_complete=len(ids) < size,
    )


def _apply(connection: Connection, work: Work, ids: Sequence[int], now: datetime) -> Mapping[str, int]:
    """Change locked clients, and return their numbers by result."""
    if work.delete:
        return {BulkResult.DELETED: clients.remove(connection, ids, now=now)}
    done = tag_changes.add_and_remove(connection, ids, add=work.add, remove=work.remove, now=now)
    return {
        BulkResult.CHANGED: done.changed,
        BulkResult.REFUSED: done.refused,
        BulkResult.UNCHANGED: len(ids) - done.changed - done.refused,
    }


def _change(connection: Connection, job: Job, *, size: int, now: datetime) -> Progress:
    work = Work(**job.params)
    progress = change_next(connection, work, after=job.cursor or 0, size=size, now=now)
    if job.cursor is not None or not work.missing:
        return progress
    missing = progress.result.get(BulkResult.MISSING, 0) + work.missing
    return Progress(
        cursor=progress.cursor,
        done=progress.done + work.missing,
        result={**progress.result, BulkResult.MISSING: missing},
        is_complete=progress.is_complete,
    )


def _delete_tag(connection: Connection, job: Job, *, size: int, now: datetime) -> Progress:
    """Remove a tag from its next clients, and delete it when it has none left."""
    work = Work(**job.params)
    (tag_id,) = work.remove
    found = tags.find(connection, tag_id)
    if found is None:
        return Progress(cursor=job.cursor, done=0, is_complete=True)
    tags.require_unused(connection, found)
    progress = change_next(connection, work, after=job.cursor or 0, size=size, now=now)
    if not progress.is_complete:
        return progress
    if tags.has_clients(connection, tag_id):
        # Clients before the cursor have got the tag meanwhile.
        return Progress(cursor=0, done=progress.done, result=progress.result)
    tags.remove(connection, tag_id)
    return progress


KINDS: Kinds = {JobKind.BULK: Kind(_change, CHUNK_SIZE), JobKind.TAG_DELETION: Kind(_delete_tag, CHUNK_SIZE)}
