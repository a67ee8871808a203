"""What a socket can tell without a word being sent."""

import select


def has_news(fileno: int) -> bool:
    """Whether something has come over an idle connection, words or its end, that nobody has read yet."""
    poll = select.poll()
    poll.register(fileno, select.POLLIN)
    return bool(poll.poll(0))
