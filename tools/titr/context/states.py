"""Countries and their memberships."""

from pathlib import Path

from tools.titr.context.rows import Row, alpha2, cited, facts, number

INDICATORS = {
    "GDP, current prices": "gdp_busd",
    "population": "population_m",
    "GDP per head": "gdp_head_usd",
    "rail gauge": "rail_gauge_mm",
    "GDP against Armenia plus Georgia": "gdp_over_am_and_ge",
    "population against Armenia plus Georgia": "population_over_am_and_ge",
    "land borders for passengers": "land_borders_open_to_passengers",
}
"""Figures of a country; words (customs regimes, the tariff body) go to regimes, distances to observations."""

STATUS = {"WTO accession": ("WTO", "candidate"), "WTO member": ("WTO", "yes"), "EAEU observer": ("EAEU", "observer"),
          "CIS associate": ("CIS", "observer"), "OTS observer": ("OTS", "observer"), "OTS member": ("OTS", "yes"),
          "SCO dialogue partner": ("SCO", "observer"), "SCO member": ("SCO", "yes"),
          "Caspian legal status convention 2018": ("Caspian convention 2018", "yes"),
          "Caspian convention signed, not ratified": ("Caspian convention 2018", "signed"),
          "EU EPCA signed, not yet in force": ("EU EPCA", "signed"), "EU EPCA/CEPA": ("EU EPCA", "yes")}  # fmt: skip
"""What the facts write into the name of a body belongs into its status."""


def indicators(folder: Path) -> list[Row]:
    """The countries table: one figure of one country in one year."""
    return [
        {
            "country": alpha2(row["iso3"]),
            "indicator": INDICATORS[row["metric"]],
            "year": int(row["year"]),
            "value": number(row["value"]),
            "unit": row["unit"],
            **cited(row),
        }
        for row in facts(folder, "countries")
        if row["metric"] in INDICATORS
    ]


def memberships(folder: Path) -> list[Row]:
    """Who is in which body, since when; association companies and railways count as the country's."""
    found = []
    for row in facts(folder, "memberships"):
        body, status = STATUS.get(row["body"], (row["body"], row["status"]))
        line = {"country": alpha2(row["iso3"]), "body": body_id(body), "status": status, "since": number(row["year"])}
        found.append({**line, **cited(row, body if body_id(body) != body else "")})
    return found


def body_id(body: str) -> str:
    """The key of a body: its name without brackets, words joined by hyphens.

    >>> body_id("TITR Association (railways, ports, lines)")
    'TITR-Association'
    """
    return "-".join(body.split(" (")[0].replace("/", " ").split())
