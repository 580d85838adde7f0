"""Papers, customs regimes, limits by nature and law, agreements."""

import datetime as dt
from pathlib import Path

from tools.titr.context.rows import Row, cited, day, facts, known, number, slug

HERE = Path(__file__).parent

PAPERS_OF = {
    "SMGS consignment note (six sheets)": "smgs-note",
    "CIM/SMGS common note": "cim-smgs-note",
    "Preliminary information (EAEU)": "eaeu-preliminary-information",
    "Transit declaration and guarantee": "kz-transit-declaration",
    "Bill of lading or sea waybill, cargo manifest, container list": "bill-of-lading",
    "SMGS with ferry handover sheet": "smgs-ferry-sheet",
    "Short import declaration": "az-short-declaration",
    "Preliminary transit data exchange": "btk-preliminary-data",
    "NCTS declaration": "ncts-declaration",
    "CMR note and TIR carnet": "cmr-tir",
    "Bilateral permit, insurance, driver visas": "road-permit",
    "Commercial invoice, packing list, certificate of origin": "commercial-papers",
    "Phytosanitary and veterinary certificates": "phytosanitary",
    "IMDG/RID/SMGS annex 2 declaration": "dangerous-goods-declaration",
    "Export customs declaration": "cn-export-declaration",
}


def documents(folder: Path) -> list[Row]:
    """Papers asked for along the corridor, their form today and their electronic form."""
    return [
        {
            "document_id": PAPERS_OF.get(row["document"], slug(row["document"].split(" (")[0].lower())),
            "name": row["document"],
            "segment": row["segment"],
            "issuer": row["issuer"],
            "receiver": row["receiver"],
            "form_today": row["form_today"],
            "digital": row["digital_option"],
            "lead_time": row["lead_time"],
            **cited(row),
        }
        for row in facts(folder, "documents")
    ]


def _regime(ident: str, name: str, between: str, mode: str | None, guarantee: str, basis: str) -> Row:
    start, _, end = between.partition("-")
    return {
        "regime_id": ident,
        "name": name,
        "from_country": start or None,
        "to_country": end or None,
        "mode": mode,
        "guarantee": guarantee,
        "legal_basis": basis,
    }


EAEU = "EAEU Customs Code (2018), chapter 22 and articles 142 to 153"
CTC = "Convention on a common transit procedure (1987)"
TIR = "TIR Convention (1975), articles 3 to 8"


def regimes(folder: Path) -> list[Row]:
    """Transit regimes by pair and mode with their guarantee rule. Article numbers are from general knowledge."""
    ncts = next(row for row in facts(folder, "documents") if row["document"] == "NCTS declaration")
    found: list[Row] = []
    for pair in ("KZ-RU", "KZ-BY", "RU-BY", "KZ-KG", "RU-KZ", "BY-KZ", "BY-RU", "KG-KZ", "KZ-KZ"):
        for mode, guarantee in (("rail", "waived"), ("road", "individual")):
            line = _regime(
                f"eaeu-transit-{pair}-{mode}", "EAEU customs transit", pair, mode, guarantee, f"{EAEU}, article 146"
            )
            found.append({**line, **known("one declaration for all EAEU territories; a railway gives no guarantee")})
    for pair in ("GE-TR", "TR-GE", "TR-BG", "TR-RO", "GE-RO", "GE-BG", "RO-GE", "BG-TR"):
        line = _regime(f"common-transit-{pair}", "common transit", pair, None, "comprehensive", f"{CTC}, appendix I")
        start = dt.date(2025, 2, 1) if "GE" in pair else None
        cell = cited(ncts) if start else known("one declaration and one guarantee to the destination")
        found.append({**line, "valid_from": start, **cell})
    for country in ("KZ", "AZ", "GE", "TR", "UZ", "TM", "RU", "CN", "IR", "KG", "RO", "BG", "HU", "DE"):
        line = _regime(f"tir-from-{country}", "TIR", f"{country}-", "road", "tir", TIR)
        found.append({**line, **known("by sealed truck or box under a carnet; in the EU up to its outer border only")})
    for country, guarantee, told in (
        ("AZ", "waived", "the railway answers for the duty on transit by rail"),
        ("GE", "individual", "national transit, before Georgia joined common transit"),
        ("TM", "individual", "escort or deposit on transit"),
        ("UZ", "waived", "the railway answers for the duty on transit by rail"),
        ("IR", "individual", "deposit or bank guarantee on transit"),
        ("CN", "none", "export and transit under China's single window"),
        ("KG", "waived", "as EAEU member"),
        ("AM", "waived", "as EAEU member; TRIPP rules not yet published"),
    ):
        line = _regime(f"national-{country}-rail", "national transit", f"{country}-", "rail", guarantee,
                       f"customs code of {country}")  # fmt: skip
        end = dt.date(2025, 2, 1) if country == "GE" else None
        found.append({**line, "valid_to": end, **known(told)})
    return found


def conditions(folder: Path) -> list[Row]:
    """Limits by nature, law and security: ``conditions.csv``. Without ``goods`` a row bars nothing and informs."""
    found = []
    for row in facts(HERE, "conditions"):
        plain = ("condition_id", "kind", "node_id", "country", "goods", "unit", "months", "legal_basis")
        line: Row = {name: row[name] or None for name in plain}
        line |= {"limit": number(row["limit"]), "valid_from": day(row["valid_from"])}
        found.append({**line, **_basis(folder, row)})
    return found


def agreements(folder: Path) -> list[Row]:
    """Who agreed what, since when it holds, and the card that says its effect as cells: ``agreements.csv``."""
    found = []
    for row in facts(HERE, "agreements"):
        line: Row = {name: row[name] or None for name in ("agreement_id", "name", "parties", "status", "card")}
        line |= {name: day(row[name]) for name in ("signed", "in_force", "ends")}
        found.append({**line, **_basis(folder, row)})
    return found


def _basis(folder: Path, row: Row) -> Row:
    """Where a row comes from: the fact it names as ``file:column=value``, else general knowledge."""
    if not row["fact"]:
        return known(row["told"], row.get("grade") or "C")
    file, _, asked = row["fact"].partition(":")
    wanted = dict(part.split("=", 1) for part in asked.split("&"))
    hits = [one for one in facts(folder, file) if all(one[name] == value for name, value in wanted.items())]
    return cited(hits[0], row["told"])
