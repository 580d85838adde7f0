"""Who may know, and in whose name."""

from typing import Any


class Who:
    """All consignments and guarantees of the world; ``waived`` are the regimes whose guarantee the rule waives."""

    waived: tuple[str, ...]
    cons: dict[str, dict[str, Any]]
    sureties: dict[str, dict[str, Any]]

    def create(self, c: Any, now: Any, a: Any) -> bool:
        owner = c.body.get("owner", a.party)
        able = owner == a.party or any(m.giver == owner and m.since <= now.date() < m.until for m in a.mandates)
        if a.role not in ("shipper", "forwarder") or not able:
            return False
        con = dict(owner=owner, parties={owner: {"shipper"}}, moves={}, held={}, units={}, holds={}, told=set(), n=1)
        self.cons[c.subject] = con
        if owner != a.party:
            con["parties"].setdefault(a.party, set()).add("forwarder")
        if "consignee" in c.body:
            con["parties"].setdefault(c.body["consignee"], set()).add("consignee")
        return True

    def join(self, con: Any, party: str, role: str) -> bool:
        con["parties"].setdefault(party, set()).add(role)
        con["n"] += 1
        return True

    def knows(self, con: Any, now: Any, a: Any) -> bool:
        day = now.date()
        if a.role == "system":
            return True
        if a.role == "customs":
            p = a.posting
            on = p is not None and p.since <= day < p.until
            return on and p.territory in con["told"]
        principals = {con["owner"]} | {m["holder"] for m in con["moves"].values()}
        return a.party in con["parties"] or any(m.giver in principals and m.since <= day < m.until for m in a.mandates)

    def acts(self, con: Any, move: Any, now: Any, a: Any, regime: str = "") -> bool:
        """Whether a trader acts for itself or by mandate."""
        names = {con["owner"]} | ({move["holder"]} if move else set())
        regime = move["regime"] if move else regime
        day = now.date()
        able = {
            m.giver
            for m in a.mandates
            if m.since <= day < m.until and (not regime or "*" in m.scope or regime in m.scope)
        }
        return bool(names & (able | {a.party}))

    def office(self, offices: Any, c: Any, now: Any, a: Any) -> bool:
        """Whether an officer is posted at one of these, now and then."""
        p = a.posting
        if p is None or not all(p.since <= d < p.until for d in (now.date(), c.occurred.date())):
            return False
        return any((o["territory"], o["office"]) == (p.territory, p.office) for o in offices)

    def way(self, moves: Any) -> list[Any]:
        return [o for m in moves for o in (m["dep"], m["dst"], *m["via"])]
