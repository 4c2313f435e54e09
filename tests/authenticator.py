"""A passkey in software: answers WebAuthn's options as a browser and its device would, with P-256 keys of its own."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


def text(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def octets(said: str) -> bytes:
    return base64.urlsafe_b64decode(said + "=" * (-len(said) % 4))


@dataclass
class Device:
    """One passkey. What it says can be made wrong: its origin, its host, its count."""

    origin: str = "http://localhost"
    host: str = "localhost"
    counter: int = 0
    counts: bool = True
    flags: int = PRESENT | VERIFIED
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: str) -> str:
        """The answer to options that ask for a new key."""
        asked = json.loads(options)
        assert {"type": "public-key", "alg": -7} in asked["pubKeyCredParams"]
        assert text(self.id) not in [each["id"] for each in asked["excludeCredentials"]]
        point = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        named = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(cose)
        attestation = {"fmt": "none", "attStmt": {}, "authData": self._said(HAS_KEY) + named}
        client = self._client("webauthn.create", asked)
        return self._answer({"clientDataJSON": text(client), "attestationObject": text(cbor2.dumps(attestation))})

    def answer(self, options: str) -> str:
        """The answer to options that ask for this key."""
        asked = json.loads(options)
        assert text(self.id) in [each["id"] for each in asked["allowCredentials"]]
        self.counter += self.counts
        client, said = self._client("webauthn.get", asked), self._said(0)
        signature = self.key.sign(said + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            {"clientDataJSON": text(client), "authenticatorData": text(said), "signature": text(signature)}
        )

    def _client(self, kind: str, asked: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": asked["challenge"], "origin": self.origin}).encode()

    def _said(self, flags: int) -> bytes:
        return (
            hashlib.sha256(self.host.encode()).digest()
            + bytes([self.flags | flags])
            + self.counter.to_bytes(4, "big")
        )  # fmt: skip

    def _answer(self, response: dict[str, str]) -> str:
        return json.dumps({"id": text(self.id), "rawId": text(self.id), "type": "public-key", "response": response})
