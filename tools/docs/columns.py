"""What each column of an answer's frames means; a column that is missing here breaks the build of the docs."""

_MONEY = "US dollars of the corridor's price year, per unit of the load"
_WAYS = {
    "way": "number of the way, the best first",
    "name": "places where it changes vehicle or gauge",
    "corridor": "the most particular corridor of those that make up a tenth of its tagged kilometres",
    "km": "length",
    "unit": "what money and emissions are per: FEU, TEU, 40HC, wagon, truck or t",
    "price_usd": f"core and access prices; {_MONEY}",
    "price_p10_usd": "P10 of the price, its parts correlated",
    "price_p90_usd": "P90 of the price",
    "total_usd": "price of the whole load",
    "owner_usd": "paid by the cargo owner apart (insurance), not in the price",
    "hours": "mean hours from start to end, waits included",
    "sd_h": "standard deviation of the hours",
    "hours_p10": "P10 of the hours",
    "hours_p25": "P25 of the hours",
    "hours_p50": "P50 of the hours",
    "hours_p75": "P75 of the hours",
    "hours_p90": "P90 of the hours",
    "co2_kg": "kg CO2e per unit, well to wheel",
    "loss_p": "probability of loss, or of a delay beyond 30 days",
    "cost_usd": "generalised cost per unit: price, aversion, time, unreliability",
    "estimated_price": "share of the price that rests on grade D",
    "estimated_hours": "share of the mean hours that rests on grade D",
}
_LEGS = {
    "way": "number of the way",
    "order": "place in the way",
    "kind": "move, border, gauge change, transfer, wait for a departure, start, end",
    "from": "place (id) where it begins",
    "to": "place (id) where it ends; a handling arc stays in its place",
    "mode": "rail, road, sea, river, pipe, cable; empty at places",
    "link": "link it runs on",
    "procedure": "chain of steps it passes",
    "class": "vehicle class",
    "service": "service that runs it",
    "km": "length",
    "price_usd": f"{_MONEY}; nothing where a through price stands for it",
    "hours": "mean hours",
    "hours_min": "least hours",
    "waiting_h": "hours of the mean that are waiting",
    "sd_h": "standard deviation, weather included",
    "co2_kg": "kg CO2e per unit",
    "estimated_hours": "hours of grade D",
    "through": "through or section price in force here",
}
_PRICES = {
    "way": "number of the way",
    "order": "place in the way",
    "tariff": "row of tariffs",
    "operator": "who is paid",
    "item": "what for",
    "part": "core, access (both in the price), owner (apart), risk (aversion, never paid)",
    "usd": _MONEY,
    "usd_low": "low",
    "usd_high": "high",
    "grade": "grade of the tariff",
}
_SHARES = {
    "way": "number of the way",
    "part": "moving, handling, border, waiting",
    "hours": "mean hours of the part",
    "share": "share of the mean hours",
}
_BALANCE = {
    "what": "from where to where",
    "asked": "units asked for",
    "carried": "units that have a way",
    "waiting": "units that wait (route: none)",
    "refused": "units without a way",
    "unit": "FEU, TEU, 40HC, wagon, truck or t",
    "reason": "why they are refused",
}
_MATCH = {
    "destination": "place (id)",
    "corridor": "the corridor measured",
    "against": "the rival",
    "price_gap_usd": "price above the rival's",
    "hours_gap": "mean hours above the rival's",
    "cost_gap_usd": "generalised cost above the rival's",
    "hours_to_match": "hours it must be quicker at today's price",
    "usd_to_match": "dollars it must be cheaper at today's hours",
    "hour_usd": "what the shipper gives for an hour",
    "turns_at": "share by which all estimates must be off, each against it, for the sign of the cost gap to turn",
    "sign_holds": "whether the sign of the cost gap holds when they are off by 30 %",
    "price_sign_holds": "the same for the price gap",
    "hours_sign_holds": "the same for the gap in hours",
}
_CLOSED = {"restriction": "one of the smallest set that by itself leaves no way"}

MEANING: dict[tuple[str, str], str] = {
    (frame, column): meaning
    for frame, said in {
        "ways": _WAYS, "legs": _LEGS, "prices": _PRICES, "shares": _SHARES, "balance": _BALANCE, "match": _MATCH,
        "closed": _CLOSED,
    }.items()
    for column, meaning in said.items()
}  # fmt: skip
