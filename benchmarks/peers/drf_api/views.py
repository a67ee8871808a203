"""`POST`: create a client and write the audit log."""

import hashlib
import json
import logging
from typing import Any

from django.db import IntegrityError, transaction
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from benchmarks.peers.drf_api.models import Audit
from benchmarks.peers.drf_api.serializers import ClientSerializer

# Format of the gateway's authorizer.
AUTHOR = {"actor": "u-1", "name": "ann", "role": "admin", "request_id": "req-1"}

logger = logging.getLogger(__name__)


class MayWrite(BasePermission):
    """Permission by the caller's role, which the gateway passes on."""

    def has_permission(self, request: Request, view: object) -> bool:
        """Return True if the token's groups may write."""
        del view
        return not {"operator", "admin"}.isdisjoint(request.META["HTTP_X_GROUPS"].split())


class ClientView(GenericAPIView[Any]):
    """View of clients."""

    serializer_class = ClientSerializer
    permission_classes = (MayWrite,)

    def post(self, request: Request) -> Response:
        """Create a client; answer 409 if the phone is taken."""
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        try:
            with transaction.atomic():
                serializer.save()
                shown = serializer.data
                change = {"action": "create", "kind": "client", "key": shown["phone"], "after": shown}
                Audit.objects.create(**AUTHOR, **change)
        except IntegrityError:
            return Response({"title": "Conflict", "detail": "there is a client with this phone"}, status=409)
        etag = hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:16]
        logger.info(
            json.dumps({"message": "API called", "method": request.method, "path": request.path, "status": 201})
        )
        return Response(shown, status=201, headers={"ETag": f'"{etag}"'})
