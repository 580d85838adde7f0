"""Customs movements."""

from typing import Any

from ops.model.guarantees import Guarantees
from ops.model.words import ASSESSED, CARRY, GONE, OPEN, TRADE, YARD


class Movements(Guarantees):
    """Customs movements."""

    def movement(self, con: Any, c: Any, now: Any, a: Any) -> bool:
        m, k, b = con["moves"].get(c.body["movement"]), c.kind, c.body
        if k == "MOVEMENT_DRAFTED":
            return m is None and self.draft(con, c, now, a)
        if m is None:
            return False
        if k.startswith("GUARANTEE"):
            done = self.backing(con, c, now, a, m)
        elif a.role in ("customs", "system"):
            done = self.customs(con, m, c, now, a)
        elif k == "UNLOADING_REMARKED":
            done = a.role in YARD and a.role in con["parties"].get(a.party, ()) and self.remark(m, b)
        elif k == "ARRIVED_AT_EXIT" and a.role in CARRY:
            done = a.role in con["parties"].get(a.party, ()) and self.step(m, ("released", "enquiry"), "arrived")
        else:
            done = a.role in TRADE and self.acts(con, m, now, a) and self.trade(con, m, c, a)
        if done:
            con["n"] += 1
            con["told"] |= set(m["lands"]) if k == "LODGED" else set()
            ends = ("DISCHARGED", "CANCELLED", "INVALIDATED", "REFUSED", "REJECTED", "ENQUIRY_CLOSED")
            if k in ends or (k == "AMENDED" and "duty_usd_cents" in b):
                self.free(con, b["movement"])
        return done

    def draft(self, con: Any, c: Any, now: Any, a: Any) -> bool:
        b = c.body
        m = dict(state="draft", order=b["order"], regime=b["regime"], lands=b["territories"], dep=b["departure"])
        m |= dict(dst=b["destination"], via=list(b.get("transit", ())), units=b["units"], holder=b["holder"])
        m |= dict(
            duty=b["duty_usd_cents"], limit=b["limit_date"], asked=set(), got=set(), finding="", by="", past=set()
        )
        inside = all(o["territory"] in m["lands"] for o in self.way([m]))
        able = a.role in TRADE[:3] and self.acts(con, None, now, a, b["regime"])
        if not (able and inside and self.fits(con, m, m["units"])):
            return False
        con["moves"][b["movement"]] = m
        return self.join(con, b["holder"], "holder")

    def fits(self, con: Any, m: Any, units: Any) -> bool:
        others = [
            o for o in con["moves"].values() if o is not m and o["state"] not in GONE and o["order"] == m["order"]
        ]
        return set(units) <= set(con["units"]) and not any(set(o["units"]) & set(units) for o in others)

    def step(self, m: Any, src: Any, dst: str) -> bool:
        if m["state"] not in src:
            return False
        m["state"] = dst
        return True

    def trade(self, con: Any, m: Any, c: Any, a: Any) -> bool:
        k, b = c.kind, c.body
        if k in ("LODGED", "CANCELLED", "ARRIVED_AT_EXIT") and a.role == "forwarder":
            return False
        if k == "LODGED":
            return self.step(m, ("draft", "rejected"), "lodged")
        if k == "CANCELLED":
            return self.step(m, ("draft", "lodged", "rejected", "accepted", "refused", *ASSESSED), "cancelled")
        if k == "ARRIVED_AT_EXIT":
            return a.role in ("holder", "declarant") and self.step(m, ("released", "enquiry"), "arrived")
        if k == "DOC_RECEIVED":
            open_ = m["state"] in ("assessed_yellow", "assessed_red", "under_control") and m["asked"] - m["got"]
            return bool(open_) and b["document"] in open_ and not m["got"].add(b["document"])
        if k != "AMENDED" or m["state"] not in ("draft", "lodged", "accepted"):
            return False
        goal = b.get("destination", m["dst"])
        if not self.fits(con, m, b.get("units", m["units"])) or goal["territory"] not in m["lands"]:
            return False
        m |= dict(units=b.get("units", m["units"]), dst=goal, limit=b.get("limit_date", m["limit"]))
        m["duty"] = b.get("duty_usd_cents", m["duty"])
        return True

    def remark(self, m: Any, b: Any) -> bool:
        return self.step(m, ("unloading",), "unloaded" if b["result"] == "conform" else "discrepancy")

    def customs(self, con: Any, m: Any, c: Any, now: Any, a: Any) -> bool:
        k, b, st = c.kind, c.body, m["state"]
        if a.role == "system":
            if k not in ("ACCEPTED", "REJECTED", "ASSESSED", "ENQUIRY_OPENED"):
                return False
        else:
            last = "UNLOADING_PERMITTED UNLOADING_REMARKED DISCREPANCY_FOUND DISCREPANCY_RESOLVED DISCHARGED ARRIVED_AT_EXIT"
            spot = [m["dst"]] if k in last.split() else [m["dep"]]
            if k == "DIVERTED":
                spot = self.way([m])
            if k == "LEG_STARTED":
                spot = [b["office"]] if b["office"] in m["via"] else []
            if not self.office(spot, c, now, a):
                return False
        plain = {
            "REJECTED": (("lodged",), "rejected"),
            "REFUSED": (OPEN, "refused"),
            "INVALIDATED": ((*OPEN, "released"), "invalidated"),
            "INSPECTION_START": (("assessed_yellow", "assessed_red"), "under_control"),
            "ARRIVED_AT_EXIT": (("released", "enquiry"), "arrived"),
            "UNLOADING_PERMITTED": (("arrived",), "unloading"),
            "DISCREPANCY_FOUND": (("arrived", "unloading", "unloaded"), "discrepancy"),
            "DISCREPANCY_RESOLVED": (("discrepancy",), "resolved"),
            "ENQUIRY_CLOSED": (("enquiry",), "discharged"),
            "RECOVERY_OPENED": (("discrepancy", "enquiry"), "recovery"),
        }
        if k in plain:
            return self.step(m, *plain[k])
        if k == "ACCEPTED":
            used = any(o.get("mrn") == b["mrn"] for each in self.cons.values() for o in each["moves"].values())
            return not used and self.step(m, ("lodged",), "accepted") and not m.update(mrn=b["mrn"])
        if k == "ASSESSED":
            return self.step(m, ("accepted",), "assessed_" + b["lane"])
        if k == "DOC_REQUESTED":
            ok = st in ("assessed_yellow", "assessed_red", "under_control") and b["document"] not in m["asked"]
            return ok and not m["asked"].add(b["document"])
        if k == "INSPECTION_END":
            return st == "under_control" and not m["finding"] and not m.update(finding=b["finding"])
        if k == "OVERRIDE_PROPOSED":
            return st == "assessed_red" and not m["by"] and not m.update(by=a.person)
        if k == "OVERRIDE_CONFIRMED":
            return m["by"] not in ("", a.person) and self.step(m, ("assessed_red",), "assessed_green")
        if k == "LEG_STARTED":
            name = b["office"]["office"]
            return st == "released" and name not in m["past"] and not m["past"].add(name)
        if k == "DIVERTED":
            return st == "released" and b["office"]["territory"] in m["lands"] and not m.update(dst=b["office"])
        if k == "UNLOADING_REMARKED":
            return self.remark(m, b)
        if k == "ENQUIRY_OPENED":
            return now.date().isoformat() > m["limit"] and self.step(m, ("released",), "enquiry")
        clear = not any(h["open"] for h in con["holds"].values())
        if k == "RELEASED":
            good = m["asked"] == m["got"] and (st != "under_control" or m["finding"] in ("clean", "minor"))
            backed = clear and good and self.backed(con, b["movement"], m, now)
            return backed and self.step(m, ("assessed_green", "assessed_yellow", "under_control"), "released")
        if k == "DISCHARGED":
            ready = True
            for name in m["units"]:
                later = [o for o in con["moves"].values() if name in o["units"] and o["order"] > m["order"]]
                later = sorted((o for o in later if o["state"] not in GONE), key=lambda o: o["order"])
                ready = ready and (not later or later[0]["state"] not in ("draft", "lodged", "rejected", "refused"))
            return clear and ready and self.step(m, ("arrived", "unloaded", "resolved"), "discharged")
        return False
