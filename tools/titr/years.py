"""Prices of other years than 2022: which years a price has, and what a nominal dollar of them was worth in 2022."""

from collections.abc import Iterator

DEFLATOR = {2019: 0.881, 2020: 0.893, 2021: 0.934, 2022: 1.0, 2023: 1.036, 2024: 1.061, 2025: 1.089, 2026: 1.117}
"""US GDP deflator, 2022 = 1: own reading of the national accounts; the last two years are extrapolated."""

COLUMNS = ("usd_low", "usd", "usd_high")
SEA, NORTH = "sea_freight_shanghai_rotterdam", "northern_route_rate_1520"
_BANDS = {
    "contract": ("2023", "2026"),
    "scarce": ("2019", "2022", "2026"),
    "spot": ("2019", "2022", "2023", "2026"),
    "sea": ("2019", "2020", "2021", "2022", "2023", "2024", "2025", "2026"),
    "north": ("2025",),
    "subsidy": ("2024", "2026"),
}
"""Years in which the band moves too, by mode; in 2026 for all others."""

Series = dict[str, dict[int, float]]
Step = tuple[str, str, float]


def steps(six: tuple[float, ...], mode: str, drivers: Series) -> Iterator[Step]:
    """Column, first day and value in 2022 dollars of each year in which a price differs from 2022's.

    ``six``: low, mid, high of 2022 and of 2026, nominal. ``mode``: ``line`` runs straight to 2026; ``contract`` holds
    the rate agreed in March 2023 (the low of 2026) till the end of 2025; ``scarce`` is as ``line``, ``spot`` as
    ``contract``, and both are nothing before 2022; ``sea`` and ``north`` move with the outside series; ``subsidy`` begins in September 2024; ``fixed`` is the same
    in real terms for ever.

    >>> [step for step in steps((1, 1, 1, 2, 2, 2), "line", {}) if step[0] == "usd"][-1]
    ('usd', '2026-01-01', 1.7905...)
    """
    if mode == "fixed":
        return
    for number, column in enumerate(COLUMNS):
        last: float | None = six[number]
        for since, nominal in _nominal(six, number, mode, drivers):
            if column != "usd" and since[:4] not in _BANDS.get(mode, ("2026",)):
                continue  # between these days the band of before stands, widened where the price has left it
            value = nominal / DEFLATOR[int(since[:4])]
            if last is None or abs(value - last) > 1e-9:
                yield column, since, value
            last = value


def _nominal(six: tuple[float, ...], number: int, mode: str, drivers: Series) -> Iterator[tuple[str, float]]:
    old, new = six[number], six[number + 3]
    if mode == "spot":
        yield from (("2019-01-01", 0.0), ("2022-01-01", old))
    if mode in ("contract", "spot"):
        held = (0.97 * six[3], six[3], six[4])[number] if six[3] >= 0 else six[3]
        yield from (("2023-03-01", held), ("2024-01-01", held), ("2025-01-01", held), ("2026-01-01", new))
        return
    if mode == "subsidy":
        yield from (("2024-09-01", new), ("2025-01-01", new), ("2026-01-01", new))
        return
    if mode == "scarce":
        yield from (("2019-01-01", 0.0), ("2022-01-01", old))
    if mode == "sea":
        freight = drivers[SEA]
        yield from ((f"{year}-01-01", old * freight[year] / freight[2022]) for year in (2019, 2020, 2021))
        yield "2022-01-01", old
        yield from ((f"{year}-01-01", old * freight[year] / freight[2022]) for year in (2023, 2024, 2025))
        yield "2026-01-01", new
        return
    paid = _northern(drivers) if mode == "north" else {2023: 0.25, 2024: 0.5, 2025: 0.75, 2026: 1.0}
    yield from ((f"{year}-01-01", old + share * (new - old)) for year, share in paid.items())


def _northern(drivers: Series) -> dict[int, float]:
    """How far the northern rate has moved from its level of 2022 to that of 2026, by the years it is known for."""
    rate = drivers[NORTH]
    first, last = rate[2023], rate[2025]
    middle = (first + last) / 2
    return {2023: 0.0, 2024: (middle - first) / (last - first), 2025: 1.0, 2026: 1.0}
