"""Tags."""

from api.fields import Input, Output
from api.fields import Tag as TagName


class TagInput(Input):
    """A tag to create."""

    name: TagName


class Tag(Output):
    """A tag with its client count."""

    name: str
    clients: int


class TagPage(Output):
    """A page of tags; `next` is the cursor of the next page."""

    items: list[Tag]
    next: str | None
