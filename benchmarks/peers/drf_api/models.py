"""Models with the same columns and indexes as the project's tables."""

from django.db import models


class Attribute(models.Model):
    """Name for which some client has a value."""

    name = models.TextField(primary_key=True)

    class Meta:
        db_table = "attribute"


class Tag(models.Model):
    """A label; `key` is its name without case."""

    name = models.TextField()
    key = models.TextField(unique=True)

    class Meta:
        db_table = "tag"


class Client(models.Model):
    """A person to be notified."""

    phone = models.TextField(unique=True)
    operator_code = models.TextField()
    timezone = models.TextField()
    attributes = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    tags = models.ManyToManyField(Tag, db_table="client_tag")

    class Meta:
        db_table = "client"
        indexes = (
            models.Index(fields=["operator_code", "id"]),
            models.Index(fields=["timezone", "id"]),
            models.Index(fields=["operator_code", "timezone"]),
        )


class Audit(models.Model):
    """Audit log of changes: who changed which field from what to what."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.TextField()
    name = models.TextField()
    role = models.TextField()
    action = models.TextField()
    kind = models.TextField()
    key = models.TextField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    request_id = models.TextField()

    class Meta:
        db_table = "audit"
        indexes = (
            models.Index(fields=["kind", "key", "id"]),
            models.Index(fields=["actor", "id"]),
            models.Index(fields=["name", "id"]),
        )
