"""Avoidable costs of operators, and funds."""

from pathlib import Path

from tools.titr.context.rows import Row, assumed, cited, facts, known

AVOIDABLE: tuple[tuple[str, str, str, float, float, float, str], ...] = (
    ("KTZ", "train_km", "", 11, 16, 22, "diesel and electric mixed: crew, energy, track wear"),
    ("ADY", "train_km", "", 10, 15, 21, "electric; traction system changing"),
    ("GR", "train_km", "", 12, 18, 25, "electric, mountain grades"),
    ("TCDD", "train_km", "", 14, 20, 28, "single track, mostly diesel east of Divrigi"),
    ("CR", "train_km", "", 10, 14, 20, "electric"),
    ("UTI", "train_km", "", 10, 15, 21, "mostly electric"),
    ("TRK", "train_km", "", 11, 16, 23, "diesel"),
    ("RZD", "train_km", "", 9, 13, 18, "electric, long trains"),
    ("ADY", "wagon_day", "", 14, 28, 42, "flat or covered wagon of the railway's own park"),
    ("GR", "wagon_day", "", 14, 28, 42, "flat or covered wagon of the railway's own park"),
    ("TCDD", "wagon_day", "", 15, 30, 45, "flat or covered wagon of the railway's own park"),
    ("AAU_PORT", "berth_h", "", 90, 150, 250, "gang, tug share and power while a ship lies"),
    ("KUR_PORT", "berth_h", "", 80, 130, 220, "ramp crew and shunter while a ferry lies"),
    ("POB", "berth_h", "", 95, 160, 260, "gang, tug share and power while a ship lies"),
    ("KRW_PORT", "berth_h", "", 85, 140, 230, "gang, tug share and power while a ship lies"),
    ("PTI_PORT", "berth_h", "", 150, 250, 400, "two quay cranes manned while a ship lies"),
    ("BUS_PORT", "berth_h", "", 130, 220, 360, "two quay cranes manned while a ship lies"),
    ("KGW", "lift", "", 8, 12, 18, "rail gantry, gauge change of one box"),
    ("BTK_TERMINAL", "lift", "", 9, 15, 24, "rail gantry, gauge change of one box"),
    ("AAU_PORT", "lift", "", 15, 25, 40, "mobile crane, one box between ship and stack or stack and wagon"),
    ("POB", "lift", "", 15, 25, 40, "mobile crane, one box between ship and stack or stack and wagon"),
    ("PTI_PORT", "lift", "", 25, 40, 60, "one box between ship and stack or stack and wagon"),
    ("BUS_PORT", "lift", "", 24, 38, 58, "one box between ship and stack or stack and wagon"),
    ("ASCO", "voyage", "rail_ferry", 15_000, 22_000, 32_000, "fuel, crew on board and dues of one crossing"),
    ("ASCO", "voyage", "ro_ro", 12_000, 18_000, 27_000, "fuel, crew on board and dues of one crossing"),
    ("DRY_SHIP", "voyage", "dry_cargo", 8_000, 12_000, 18_000, "fuel, crew on board and dues of one crossing"),
    ("TANKER", "voyage", "tanker", 12_000, 18_000, 27_000, "fuel, crew on board and dues of one crossing"),
    ("ASCO", "ship_day", "rail_ferry", 5_000, 8_000, 13_000, "hire of the bare ship: capital, upkeep, insurance"),
    ("ASCO", "ship_day", "ro_ro", 4_500, 7_000, 11_000, "hire of the bare ship: capital, upkeep, insurance"),
    ("KMTF", "ship_day", "feeder", 2_500, 3_500, 5_500, "hire of the bare ship: capital, upkeep, insurance"),
    ("DRY_SHIP", "ship_day", "dry_cargo", 2_500, 3_500, 5_500, "hire of the bare ship: capital, upkeep, insurance"),
    ("TANKER", "ship_day", "tanker", 4_500, 7_000, 10_000, "hire of the bare ship: capital, upkeep, insurance"),
    ("HAULIER", "truck_km", "", 0.65, 0.85, 1.10, "fuel, driver, tyres, tolls"),
    ("LESSOR", "box_day", "", 3, 5, 9, "hire of a 40 ft box"),
)
"""Operator, per what, class (empty: any), low, mid, high in US dollars of 2022, what it holds: general knowledge."""


def costs(folder: Path) -> list[Row]:
    """What an operator would not spend without the traffic: published where a figure was found, else our estimate."""
    found: list[Row] = [
        {
            "cost_id": "-".join(word for word in (operator, per, train) if word),
            "operator_id": operator,
            "per": per,
            "class_id": train or None,
            "usd_low": float(low),
            "usd": float(mid),
            "usd_high": float(high),
            **assumed(told),
        }
        for operator, per, train, low, mid, high, told in AVOIDABLE
    ]
    own = {row["parameter_id"]: row for row in facts(folder, "elasticities")}
    wagon, ship = own["E029"], own["E032"]
    days = 3.5 / 2  # half of the technical round trip Aktau-Alat of the fleet file
    found.append({"cost_id": "KTZ-wagon_day", "operator_id": "KTZ", "per": "wagon_day", **_band(wagon), **cited(wagon)})
    voyage = _band(ship, days)
    found.append({"cost_id": "KMTF-voyage-feeder", "operator_id": "KMTF", "per": "voyage", "class_id": "feeder",
                  **voyage, **cited(ship, "daily cost of a small ship times half a round trip of 3.5 days")})  # fmt: skip
    oil = next(row for row in facts(folder, "energy") if row["energy_id"] == "N027")
    found.append({"cost_id": "BTC-t", "operator_id": "BTC", "per": "t", "usd_low": 4.2, "usd": 4.9, "usd_high": 5.8,
                  **cited(oil, "operating cost of 2025 over tonnes carried")})  # fmt: skip
    return found


def _band(row: Row, times: float = 1.0) -> Row:
    low, mid, high = (float(row[name]) * times for name in ("low", "value", "high"))
    return {"usd_low": low, "usd": mid, "usd_high": high}


def funds(folder: Path) -> list[Row]:
    """Money for projects: the joint fund of Kazakhstan and Azerbaijan and the Turkic fund."""
    joint = next(row for row in facts(folder, "projects") if row["project_id"] == "P031")
    rules = "share and leverage are own assumptions (D); objective in words: port infrastructure of both countries"
    return [
        {
            "fund_id": "kz-az-joint",
            "name": "Kazakhstan-Azerbaijan joint investment fund",
            "size_musd": 300.0,
            "countries": "KZ;AZ;GE;TR;RO;BG;HU",
            "kinds": "port;container terminal;dredging;vessels;terminal;terminals",
            "share_most": 0.49,
            "leverage": 2.0,
            "instrument": "equity",
            **cited(joint, rules),
        },
        {
            "fund_id": "turkic-investment-fund",
            "name": "Turkic Investment Fund",
            "size_musd": 600.0,
            "countries": "KZ;AZ;TR;UZ;KG;HU",
            "share_most": 0.35,
            "leverage": 2.0,
            "instrument": "equity",
            **known("size as announced; share and leverage are own assumptions", "D"),
        },
    ]
