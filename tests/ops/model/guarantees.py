"""What stands behind a movement."""

from typing import Any

from ops.model.who import Who
from ops.model.words import OPEN


class Guarantees(Who):
    """Guarantees and what is reserved of them."""

    def surety(self, c: Any, a: Any) -> bool:
        g = self.sureties.get(c.subject)
        if a.role != "guarantor":
            return False
        if c.kind == "GUARANTEE_REGISTERED":
            if g is None:
                self.sureties[c.subject] = {**c.body, "by": a.party, "bound": 0, "live": True}
            return g is None
        if g is None or g["by"] != a.party or not g["live"]:
            return False
        if c.kind == "GUARANTEE_REVOKED":
            g["live"] = False
        elif c.body["limit_usd_cents"] < g["bound"]:
            return False
        else:
            g["limit_usd_cents"] = c.body["limit_usd_cents"]
        return True

    def free(self, con: Any, name: str) -> None:
        held = con["held"].get(name)
        if held and held["state"] == "reserved":
            held["state"] = "released"
            self.sureties[held["g"]]["bound"] -= held["cents"]
            con["n"] += 1

    def force(self, g: Any, now: Any) -> bool:
        return g["live"] and g["since"] <= now.date().isoformat() < g["until"]

    def backing(self, con: Any, c: Any, now: Any, a: Any, m: Any) -> bool:
        held, b, day = con["held"].get(b_ := c.body["movement"]), c.body, now
        state = held["state"] if held else "none"
        waived = m["regime"] in self.waived
        if c.kind == "GUARANTEE_CALLED":
            ok = a.role == "customs" and state == "reserved" and m["state"] == "recovery"
            if ok and self.office([m["dep"]], c, now, a):
                held["state"] = "called"
                return True
            return False
        if state not in ("none", "released") or m["state"] not in OPEN:
            return False
        if c.kind == "GUARANTEE_WAIVED":
            if not waived or not (a.role == "system" or (a.role == "customs" and self.office([m["dep"]], c, now, a))):
                return False
            con["held"][b_] = {"state": "waived"}
            return True
        g = self.sureties.get(b["guarantee"])
        if g is None or g["holder"] != m["holder"]:
            return False
        if a.role == "guarantor":
            able = g["by"] == a.party
        else:
            able = a.role == "system" or (a.role in ("holder", "declarant") and self.acts(con, m, now, a))
        if c.kind == "GUARANTEE_REFUSED":
            return able and a.role == "guarantor"
        fits = waived or g["kind"] in ("individual", "comprehensive")
        enough = waived or b["amount_usd_cents"] >= m["duty"]
        if not (able and fits and enough and self.force(g, day)):
            return False
        if g["bound"] + b["amount_usd_cents"] > g["limit_usd_cents"]:
            return False
        g["bound"] += b["amount_usd_cents"]
        con["held"][b_] = {"state": "reserved", "g": b["guarantee"], "cents": b["amount_usd_cents"]}
        con["parties"].setdefault(g["by"], set()).add("guarantor")
        return True

    def backed(self, con: Any, name: str, m: Any, now: Any) -> bool:
        held = con["held"].get(name)
        waived = m["regime"] in self.waived
        if held is None or held["state"] not in ("reserved", "waived"):
            return False
        if held["state"] == "waived":
            return waived
        return self.force(self.sureties[held["g"]], now) and (waived or held["cents"] >= m["duty"])
