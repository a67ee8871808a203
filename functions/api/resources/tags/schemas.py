"""Tags."""

from api.fields import Given, Input
from api.fields import Tag as TagName


class TagInput(Input):
    """A tag to create."""

    name: TagName


class Tag(Given):
    """A tag, and how many clients carry it."""

    name: str
    clients: int


class TagPage(Given):
    """A page of tags; `next` is the cursor of the next page."""

    items: list[Tag]
    next: str | None
