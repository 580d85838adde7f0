"""Units, seals and holds."""

from typing import Any

from ops.model.who import Who
from ops.model.words import CARRY, GONE, TRADE, YARD


class Units(Who):
    """Units, seals and holds."""

    def bound(self, con: Any, name: str) -> str:
        """What binds a unit now: ``free``, ``last`` at its last office, ``none`` without a movement, or a state."""
        mine = [m for m in con["moves"].values() if name in m["units"]]
        live = [m for m in mine if m["state"] not in (*GONE, "discharged")]
        if live:
            m = min(live, key=lambda o: o["order"])
            return "last" if m["dst"]["place"] == con["units"][name]["place"] else m["state"]
        return "free" if any(m["state"] == "discharged" for m in mine) else "none"

    def unit(self, con: Any, c: Any, now: Any, a: Any) -> bool:
        k, b, name = c.kind, c.body, c.body["unit"]
        u, mine = con["units"].get(name), con["parties"].get(a.party, ())
        clear = not any(h["open"] for h in con["holds"].values())
        if k == "UNIT_ADDED":
            away = any(o["units"].get(name, {"state": "delivered"})["state"] != "delivered" for o in self.cons.values())
            if u or away or a.role not in TRADE[:3] or not self.acts(con, None, now, a):
                return False
            con["units"][name] = dict(state="expected", place=b["place"], keeper=con["owner"], to="", pick=con["owner"])
            con["units"][name] |= dict(seal=None, sealed="none")
            con["n"] += 1
            return True
        if u is None:
            return False
        done = self.seal(con, u, c, now, a) if k.startswith("SEAL") else self.move(con, u, c, a, mine, clear)
        con["n"] += done
        return done

    def seal(self, con: Any, u: Any, c: Any, now: Any, a: Any) -> bool:
        k, number = c.kind, (c.body["issuer"], c.body["number"])
        moves = [m for m in con["moves"].values() if c.body["unit"] in m["units"]]
        able = a.role == "customs" and self.office(self.way(moves), c, now, a)
        on = u["sealed"] in ("affixed", "intact") and u["seal"] == number
        if k == "SEAL_AFFIXED":
            able = able or (a.role == "shipper" and self.acts(con, None, now, a))
            live = [o for each in self.cons.values() for o in each["units"].values()]
            if any(o["seal"] == number and o["sealed"] in ("affixed", "intact") for o in live):
                return False
            if not able or u["sealed"] not in ("none", "broken", "removed"):
                return False
            u |= dict(seal=number, sealed="affixed")
            return True
        if k == "SEAL_REMOVED":
            able = able and u["seal"] == number and u["sealed"] in ("affixed", "intact", "broken")
            return able and not u.update(sealed="removed")
        able = able or (a.role in (*CARRY, *YARD) and a.role in con["parties"].get(a.party, ()))
        if not (able and on):
            return False
        u["sealed"] = c.body["result"]
        if u["sealed"] == "broken":
            con["n"] += 1
            con["holds"][f"seal:{con['n']}"] = dict(open=True, kind="seal", by="", lands=[], person=a.person)
        return True

    def move(self, con: Any, u: Any, c: Any, a: Any, mine: Any, clear: bool) -> bool:
        k, b, st, role = c.kind, c.body, u["state"], a.role
        if st == "delivered":
            return False
        if k == "PICKUP_PASSED":
            able = role in (*TRADE[:2], *CARRY) and u["pick"] == a.party and b["to"] in con["parties"]
            return able and not u.update(pick=b["to"])
        if k in ("HANDED_OVER", "OFFER_WITHDRAWN"):
            able = role in (*TRADE[:2], *CARRY, *YARD) and u["keeper"] == a.party
            able = able and (not u["to"] and b["to"] in con["parties"] if k == "HANDED_OVER" else bool(u["to"]))
            return able and not u.update(to=b.get("to", ""))
        if k == "TAKEN_OVER":
            able = role in (*CARRY, *YARD) and u["to"] == a.party
            return able and not u.update(keeper=a.party, to="")
        rules = {
            "GATE_IN": (("expected", "arrived", "gated_out"), "gated_in", YARD),
            "LOADED": (("expected", "gated_in", "unloaded", "gated_out"), "loaded", (*YARD, *CARRY)),
            "DEPARTED": (("loaded",), "departed", CARRY),
            "UNIT_ARRIVED": (("departed",), "arrived", (*YARD, *CARRY)),
            "UNLOADED": (("arrived", "loaded"), "unloaded", (*YARD, *CARRY)),
            "GAUGE_START": (("arrived",), "regauging", ("terminal", "railway")),
            "GAUGE_END": (("regauging",), "arrived", ("terminal", "railway")),
            "UNIT_TRANSFERRED": (("arrived", "regauging"), "loaded", ("terminal", "railway")),
            "GATE_OUT": (("gated_in", "unloaded"), "gated_out", YARD),
            "DELIVERED": (("gated_out", "unloaded", "arrived"), "delivered", CARRY),
        }
        src, dst, roles = rules[k]
        if st not in src or role not in roles:
            return False
        if k not in ("UNIT_ARRIVED", "DELIVERED") and u["place"] != b["place"]:
            return False
        if k in ("DEPARTED", "DELIVERED"):
            if u["keeper"] != a.party:
                return False
        elif role not in mine:
            return False
        bound = self.bound(con, b["unit"])
        if k in ("GATE_OUT", "DEPARTED", "DELIVERED") and not clear:
            return False
        if k == "GATE_OUT" and (bound not in ("free", "released") or u["pick"] != b["carrier"]):
            return False
        if k == "DELIVERED" and bound != "free":
            return False
        if k == "DEPARTED" and bound not in ("free", "none", "released"):
            live = [m for m in con["moves"].values() if b["unit"] in m["units"]]
            live = [m for m in live if m["state"] not in (*GONE, "discharged")]
            if bound == "last" or u["place"] == min(live, key=lambda o: o["order"])["dep"]["place"]:
                return False
        u |= dict(state=dst, place="" if k == "DEPARTED" else b["place"])
        return True

    def hold(self, con: Any, c: Any, now: Any, a: Any) -> bool:
        b, h = c.body, con["holds"].get(c.body["hold"])
        officer = a.role == "customs" and self.office(self.way(con["moves"].values()), c, now, a)
        agency = a.role == "agency"
        if c.kind == "HOLD_PLACED":
            able = h is None and (officer or (agency and "agency" in con["parties"].get(a.party, ())))
            if able:
                lands = [a.posting.territory] if officer else []
                con["holds"][b["hold"]] = dict(open=True, kind=b["kind"], by=a.party, lands=lands, person=a.person)
        else:
            able = h is not None and h["open"] and not (h["kind"] == "red" and h["person"] == a.person)
            officer = officer and h is not None and (not h["by"] or a.posting.territory in h["lands"])
            able = able and (officer or (agency and h["by"] == a.party and not h["lands"]))
            if able:
                h["open"] = False
        con["n"] += bool(able)
        return bool(able)
