"""The public keys of this server, those too that it no longer signs with."""

from __future__ import annotations

from django.db import models


class EvidenceKey(models.Model):
    """A key whose signatures under files of approvals are this server's.

    `public`: its 32 bytes in hexadecimal digits. The private key is never stored here.
    """

    keyid = models.CharField(max_length=64, unique=True)
    public = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.keyid[:16]
