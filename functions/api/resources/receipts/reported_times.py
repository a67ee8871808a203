"""Times that providers report: one in the future would outweigh all that is reported until then."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from api.middleware.problems import NestedField
from notifications.contracts.problem_codes import ProblemCode

# A provider's clock may be ahead by this much.
MAX_AHEAD = timedelta(minutes=5)


def require_reported(items: str, moments: Iterable[datetime], *, now: datetime) -> None:
    """Check the times `at` of a call's items.

    Args:
        items: name of the body's field that has the items.
        moments: the time of each item, in their order.

    Raises:
        NestedField: a time is more than `MAX_AHEAD` in the future.
    """
    for position, moment in enumerate(moments):
        if moment > now + MAX_AHEAD:
            raise NestedField((items, position, "at"), ProblemCode.TIME_IN_FUTURE)
