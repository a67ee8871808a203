"""Clients as JSON, with the project's checks."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from rest_framework import serializers

from benchmarks.peers.drf_api.models import Attribute, Client, Tag

_SEPARATORS = frozenset(";|")
_NAME = re.compile(r"\w{1,64}")


@cache
def timezones() -> set[str]:
    """Return all names of time zones, read once."""
    return available_timezones()


def tag_key(name: str) -> str:
    """Return a tag's name without case."""
    return unicodedata.normalize("NFC", name.casefold())


class ClientSerializer(serializers.ModelSerializer[Client]):
    """Serializer of clients. The database's constraint refuses taken phones, which saves a query."""

    phone = serializers.RegexField(r"^7[0-9]{10}$")
    operator_code = serializers.RegexField(r"^[0-9]{3}$", required=False, allow_null=True)
    tags = serializers.ListField(child=serializers.CharField(max_length=64), max_length=100, required=False)
    attributes = serializers.DictField(required=False)

    class Meta:
        model = Client
        fields = ("phone", "operator_code", "tags", "timezone", "attributes")

    def validate_timezone(self, name: str) -> str:
        """Accept only IANA names."""
        if name not in timezones():
            raise serializers.ValidationError("must be an IANA time zone")
        return name

    def validate_tags(self, names: list[str]) -> list[str]:
        """Accept only visible characters without separators, in composed form."""
        composed = [unicodedata.normalize("NFC", name) for name in names]
        if any(not name.isprintable() or _SEPARATORS & set(name) for name in composed):
            raise serializers.ValidationError("must have visible characters only, and neither ; nor |")
        return composed

    def validate_attributes(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Accept only a flat object with plain names."""
        for name, value in values.items():
            if not _NAME.fullmatch(name) or not isinstance(value, str | bool | int | float):
                raise serializers.ValidationError(f"{name} is no attribute")
        return values

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        """Refuse unknown fields."""
        if unknown := self.initial_data.keys() - self.fields.keys():
            raise serializers.ValidationError(dict.fromkeys(unknown, "is not known"))
        return values

    def create(self, values: dict[str, Any]) -> Client:
        """Insert the client with its tags in the view's transaction, in as few statements as the ORM allows."""
        names = {tag_key(name): name for name in values.pop("tags", [])}
        values["operator_code"] = values.get("operator_code") or values["phone"][1:4]
        client: Client = Client.objects.create(**values)
        known = {tag.key: tag for tag in Tag.objects.filter(key__in=names)}
        if missing := names.keys() - known.keys():
            Tag.objects.bulk_create([Tag(name=names[key], key=key) for key in missing], ignore_conflicts=True)
            known = {tag.key: tag for tag in Tag.objects.filter(key__in=names)}
        through = Client.tags.through
        through.objects.bulk_create([through(client_id=client.id, tag_id=tag.id) for tag in known.values()])
        if client.attributes:
            learned = [Attribute(name=name) for name in client.attributes]
            Attribute.objects.bulk_create(learned, ignore_conflicts=True)
        client.tag_names = [known[key].name for key in sorted(known)]
        return client

    def to_representation(self, client: Client) -> dict[str, Any]:
        """Return the client's fields without another query for its tags."""
        return {
            "phone": client.phone,
            "operator_code": client.operator_code,
            "tags": client.tag_names,
            "timezone": client.timezone,
            "attributes": client.attributes,
        }
