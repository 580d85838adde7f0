"""The witness as a program: it asks a service for its newest head, and cosigns where the log only grew.

What it has seen is on its disk before its line leaves. What it refuses it keeps as evidence, with the head seen before.
"""

import json
import time
from base64 import b64decode
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from karvan.errors import InputError
from karvan.ops.log.checkpoint import Verifier, parsed
from karvan.ops.log.keys import Signer
from karvan.ops.log.witness import Cosigned, Reason, Refused, Seen, Witness
from karvan.ops.worker.keys import replaced

LONGEST_S = 30


@dataclass(frozen=True)
class Looked:
    """What a look came to: the size of the log, and why it was refused, if it was."""

    size: int
    refused: Reason | None = None


@dataclass(frozen=True)
class Attendant:
    """A witness of one log: the service's address, the key that opens it, the witness's own key, and its folder.

    The folder holds ``seen``, the newest note that was cosigned, and ``refused-*`` notes.
    """

    url: str
    key: str
    signer: Signer
    log: Verifier
    folder: Path

    def look(self) -> Looked | None:
        """Looks once; None where the log has no head yet. InputError where the service does not answer as it must."""
        note = self._get("/v1/log/checkpoint")
        if note is None:
            return None
        before = self.seen()
        size = parsed(note)[0].size
        proof = self._proof(before.size, size)
        answer = Witness(self.signer.name, self.signer.key, self.log).look(before, note, proof, int(time.time()))
        if isinstance(answer, Refused):
            self._keep(answer)
            return Looked(size, answer.reason)
        self._cosign(answer, note)
        return Looked(answer.seen.size)

    def seen(self) -> Seen:
        """The last head that was cosigned."""
        path = self.folder / "seen"
        if not path.exists():
            return Seen()
        head = parsed(path.read_text(encoding="utf-8"))[0]
        return Seen(head.size, head.root)

    def _proof(self, old: int, new: int) -> list[bytes]:
        if not 0 < old < new:
            return []
        told = self._get(f"/v1/log/proof/consistency?{urlencode({'old': old, 'new': new})}")
        return [b64decode(each) for each in json.loads(told or "{}").get("hashes", [])]

    def _cosign(self, answer: Cosigned, note: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        replaced(self.folder / "seen", note)
        body = json.dumps({"size": answer.seen.size, "line": answer.line}).encode()
        self._get("/v1/log/cosignatures", body)

    def _keep(self, answer: Refused) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        replaced(self.folder / f"refused-{int(time.time())}", answer.note)

    def _get(self, path: str, body: bytes | None = None) -> str | None:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        asked = Request(self.url.rstrip("/") + path, data=body, headers=headers)
        try:
            with urlopen(asked, timeout=LONGEST_S) as answer:
                text: Any = answer.read(1_000_000).decode()
                return str(text)
        except HTTPError as error:
            with error:
                if error.code == 404:
                    return None
                raise InputError(
                    f"{path}: answered {error.code}", cure=error.read(500).decode(errors="replace")
                ) from None
        except (OSError, HTTPException, ValueError) as error:
            raise InputError(f"{self.url} does not answer: {error}", cure="look again later") from None
