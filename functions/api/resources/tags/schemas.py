"""Tags."""

from typing import Annotated

from pydantic import Field

from api.fields import Input, NextCursor, Output
from api.fields import Tag as TagName


class TagInput(Input):
    """A tag to create."""

    name: TagName


class TagChange(Input):
    """A new name of a tag."""

    name: TagName


class Tag(Output):
    """A tag with its client count."""

    name: str
    clients: Annotated[int, Field(description="number of clients that have the tag")]


class TagPage(Output):
    """A page of tags."""

    items: list[Tag]
    next: NextCursor
