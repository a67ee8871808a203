"""The checks in their order."""

from contextlib import ExitStack, suppress
from http import HTTPStatus

from ops import report
from ops.verify import clients, mailing, resources, signing_in
from ops.verify.api import Api, connect
from ops.verify.results import Failed, Results
from ops.verify.target import Target


def verify(target: Target, first_phone: str = clients.FIRST_PHONE) -> None:
    """Check the stack, and delete whatever the checks have made.

    What stays: the audit log, the mail of the report, and ten messages in the day's figures.

    Args:
        target: the stack.
        first_phone: the first of the ten phones in a row that get a message.

    Raises:
        ChecksFailed: a check failed.
    """
    results, made = Results(), ExitStack()
    try:
        with suppress(Failed):
            _check_messages(results, target, clients.phones_from(first_phone), made)
        _check_resources(results, target)
    finally:
        with suppress(Failed), results.check("Clean-up"):
            made.close()
    results.conclude()


def _check_messages(results: Results, target: Target, phones: list[str], made: ExitStack) -> None:
    """Check each step of a message's way. A step needs the one before, so the first failure ends it."""
    api = _check_access(results, target, made)
    with results.check("Ten phones are free") as current:
        clients.require_free(api, phones)
        current.note = f"{phones[0]} to {phones[-1]}"
    with results.check("Import of ten clients") as current:
        current.note = tag = clients.import_clients(api, phones, made)
    with results.check("Mailing sent to all ten"):
        mailing_id = mailing.create(api, tag, made)
        stats = mailing.await_end(api, mailing_id, len(phones))
    with results.check("Each message accepted exactly once") as current:
        mailing.require_accepted_once(api, mailing_id, phones, target.simulator_url)
        current.note = "by the provider's own count" if target.simulator_url else "by the recorded attempts"
    with results.check("Statistics of the mailing"):
        mailing.require_statistics(api, mailing_id, stats)


def _check_access(results: Results, target: Target, made: ExitStack) -> Api:
    """Check who may call the API, and return it with the token of an admin."""
    anybody = connect(target.api_url)
    with results.check("Health of API and database"):
        anybody.check_health()
    with results.check("A call without a token is refused"):
        anybody.call("GET", "client/", expected=HTTPStatus.UNAUTHORIZED)
    with results.check("A machine gets a token and calls the API"):
        connect(target.api_url, signing_in.machine_token(target)).call("GET", "tag/")
    with results.check("An admin signs in") as current:
        current.note = signing_in.USER
        api = connect(target.api_url, signing_in.user_token(target, made))
        api.call("GET", "audit/")
    return api


def _check_resources(results: Results, target: Target) -> None:
    with suppress(Failed), results.check("Report mailed") as current:
        current.note = report.send(target.stack_name)
    with suppress(Failed), results.check("Dead-letter queue is empty"):
        resources.require_no_dead_letters(target)
    with suppress(Failed), results.check("No alarm is raised") as current:
        current.note = f"{resources.require_quiet_alarms(target)} alarms"
