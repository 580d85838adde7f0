"""The reference model: what the service must do, said a second time, plainly, sharing no line with what it judges.

Dictionaries and if, one method a region; no table, no guards, no folding. It answers only ``True`` (done) or ``False``
(refused); what is so afterwards is read from ``told``.
"""

from datetime import timedelta
from typing import Any

from ops.model.movements import Movements
from ops.model.units import Units
from ops.model.words import TOLERANCE, WHY


class Model(Movements, Units):
    """The whole."""

    def __init__(self, waived: tuple[str, ...] = ()) -> None:
        self.waived = waived
        self.cons: dict[str, dict[str, Any]] = {}
        self.sureties: dict[str, dict[str, Any]] = {}

    def ask(self, c: Any, now: Any, a: Any) -> bool:
        """Does the command, or refuses it. Bodies are taken as well formed."""
        if c.occurred > now + timedelta(minutes=2):
            return False
        if now - c.occurred > timedelta(hours=TOLERANCE.get(c.kind, 24)) and not c.reason:
            return False
        if c.kind in WHY and not c.reason:
            return False
        if c.kind in ("GUARANTEE_REGISTERED", "GUARANTEE_LIMITED", "GUARANTEE_REVOKED"):
            return self.surety(c, a)
        con = self.cons.get(c.subject)
        if c.kind == "CONSIGNMENT_CREATED":
            return con is None and self.create(c, now, a)
        if con is None or not self.knows(con, now, a):
            return False
        b = c.body
        if c.kind == "ANNOUNCED":
            ok = a.role in ("shipper", "forwarder", "declarant") and self.acts(con, None, now, a)
            return ok and self.join(con, b["party"], b["role"])
        for fields, part in (("hold", self.hold), ("unit", self.unit), ("movement", self.movement)):
            if fields in b:
                return part(con, c, now, a)
        raise AssertionError(c.kind)
