"""Papers, customs regimes, limits by nature and law, agreements."""

import datetime as dt
from pathlib import Path

from tools.titr.context.rows import Row, cited, facts, known, slug

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


AUTUMN = dt.date(2024, 10, 15)


def conditions(folder: Path) -> list[Row]:
    """Limits by nature, law and security. Without ``goods`` a row bars nothing and informs."""
    dual = next(row for row in facts(folder, "shocks") if row["shock_id"] == "K021")
    ports = {(row["node_id"], row["metric"]): row for row in facts(folder, "ports")}
    shallow = next(row for row in facts(folder, "shocks") if row["shock_id"] == "K033")
    alat, biggest = ports["AZ_ALA", "draught_limit"], ports["AZ_ALA", "max_vessel"]
    sea, wind = ports["CASPIAN", "sea_level_trend"], ports["GE_PTI", "closure_wind"]

    def limit(ident: str, kind: str, cell: Row, **cells: object) -> Row:
        return {"condition_id": ident, "kind": kind, **cells, **cell}

    draughts = [
        limit("aktau-depth-2023", "draught", cited(shallow), node_id="KZ_AAU", limit=4.9, unit="m",
              valid_from=dt.date(2023, 1, 1)),
        limit("alat-terminal-2024", "draught", cited(alat), node_id="AZ_ALA", limit=4.0, unit="m",
              valid_from=dt.date(2024, 1, 1)),
        limit("alat-vessel-size", "draught", cited(biggest), node_id="AZ_ALA", limit=8000.0, unit="dwt"),
        limit("caspian-fall", "environment", cited(sea), limit=-0.24, unit="m/year"),
        limit("poti-wind", "season", cited(wind), node_id="GE_PTI", limit=20.0, unit="m/s"),
        limit("kuryk-winter", "season", cited(ports["KZ_KUR", "weather_closure"]), node_id="KZ_KUR",
              months="11;12", limit=0.5, unit="share of hours shut"),
    ]  # fmt: skip
    nature = [
        limit("caspian-oil-spill", "spill", known("plans, equipment and notice for tankers and terminals"),
              legal_basis="Aktau Protocol (2011) to the Tehran Convention"),
        limit("north-caspian-spawning", "dredging", known("works in the reserve zone stop while fish spawn", "D"),
              node_id="KZ_AAU", months="4;5;6", legal_basis="Environmental Code of Kazakhstan (2021), articles 269 to 279"),
        limit("kuryk-spawning", "dredging", known("works in the reserve zone stop while fish spawn", "D"),
              node_id="KZ_KUR", months="4;5;6", legal_basis="Environmental Code of Kazakhstan (2021), articles 269 to 279"),
        limit("turkish-straits", "dangerous_goods", known("nuclear and dangerous cargo gives notice; it is not barred"),
              country="TR", legal_basis="Turkish Straits traffic regulations; Montreux Convention (1936)"),
    ]  # fmt: skip
    barred = [
        limit("ru-dual-use", "dual_use", cited(dual), country="RU", goods="dual_use", valid_from=AUTUMN,
              legal_basis="RU decree 1374 of 2024, amending decree 313"),
        limit("eu-transit-ban", "sanction",
              known("goods of the EU's lists of advanced technology may not pass through Russia"), country="RU",
              goods="sanctioned", valid_from=dt.date(2023, 6, 24),
              legal_basis="Regulation (EU) 833/2014, articles 2 and 2a, 11th package"),
        limit("by-transit-ban", "sanction", known("as for Russia, through Belarus"), country="BY", goods="sanctioned",
              valid_from=dt.date(2024, 6, 30), legal_basis="Regulation (EC) 765/2006, as amended in June 2024"),
        limit("iran-secondary", "sanction", known("listed goods, metals and oil fall under United States sanctions"),
              country="IR", goods="sanctioned;dg:7", valid_from=dt.date(2018, 11, 5),
              legal_basis="US Executive Order 13846 (2018)"),
        limit("class7-iran", "dangerous_goods", known("no transit of nuclear material"), country="IR", goods="dg:7",
              legal_basis="UN Security Council resolution 2231 (2015)"),
        limit("eu-russian-coal-steel", "sanction",
              known("bars goods of Russian origin; Kazakh coal and steel passing through Russia are not barred"),
              country="RU", valid_from=dt.date(2022, 8, 10),
              legal_basis="Regulation (EU) 833/2014, articles 3g, 3i and 3j"),
        limit("eu-trucks-ru-by", "sanction", known("hauliers of Russia and Belarus may not carry in the EU; "
              "trucks of other flags may"), country="BY", valid_from=dt.date(2022, 4, 9),
              legal_basis="Regulation (EC) 765/2006, article 1zc; Regulation (EU) 833/2014, article 3l"),
    ]  # fmt: skip
    return draughts + nature + barred


def _deal(ident: str, name: str, parties: str, status: str, signed: str = "", force: str = "", **cells: object) -> Row:
    days = {key: dt.date.fromisoformat(text) for key, text in (("signed", signed), ("in_force", force)) if text}
    return {"agreement_id": ident, "name": name, "parties": parties, "status": status, **days, **cells}


def agreements(folder: Path) -> list[Row]:
    """Who agreed what, since when it holds, and the card that says its effect as cells."""
    costs, projects = facts(folder, "costs"), {row["project_id"]: row for row in facts(folder, "projects")}
    papers = {row["document"]: row for row in facts(folder, "documents")}
    rate = next(row for row in costs if row["value"] == "3200" and "agreed" in row["item"])
    waiver = next(row for row in costs if row["item"] == "platform use fee discount")
    slots = {row["value"]: row for row in facts(folder, "borders") if row["metric"] == "handover_limit"}
    times = next(row for row in facts(folder, "transit_times") if row["kind"] == "contract")
    oil = next(row for row in facts(folder, "energy") if row["metric"] == "contract volume Tengiz")
    members = {row["body"]: row for row in facts(folder, "memberships")}
    four = "KZ;AZ;GE;TR"
    told = [
        (_deal("through-2023", "Through container rate of March 2023, fixed for three years", "KZ;AZ;GE", "lapsed",
               "2023-03-01", "2023-03-01", ends=dt.date(2026, 3, 1), card="through-tariff"), cited(rate)),
        (_deal("multimodal-2023", "Middle Corridor Multimodal, joint company of three railways", "KZ;AZ;GE;CN",
               "in_force", "2023-10-26", "2023-10-26", card="joint-operator"), cited(projects["P029"])),
        (_deal("btki-2024", "BTKI Railways, operator of Marabda-Kartsakhi", "AZ;GE", "in_force", "2024-08-13",
               "2026-01-01"), cited(projects["P030"])),
        (_deal("btk-times-2025", "Memorandum on freight over BTK: ceilings of hours by section", "AZ;GE;TR", "signed",
               "2025-10-01"), cited(times)),
        (_deal("btk-data-2022", "Exchange of preliminary information on BTK transit", "AZ;GE;TR", "in_force",
               "2022-01-01", "2024-04-01"), cited(papers["Preliminary transit data exchange"])),
        (_deal("roadmap-2022", "Roadmap of the corridor 2022-2027", four, "in_force", "2022-11-25", "2022-11-25",
               ends=dt.date(2028, 1, 1)), cited(projects["P042"])),
        (_deal("action-plan-2025", "Joint action plan of three railways", "KZ;AZ;GE", "signed", "2025-09-30"),
         cited(projects["P043"])),
        (_deal("joint-fund-2024", "Kazakhstan-Azerbaijan joint investment fund", "KZ;AZ", "planned", "2024-03-11"),
         cited(projects["P031"])),
        (_deal("platform-waiver-2025", "Platform fees on the corridor waived or cut", "KZ;AZ;GE", "in_force",
               "2025-03-01", "2025-03-01"), cited(waiver)),
        (_deal("slots-dostyk-2025", "28 trains a day handed over at Dostyk", "KZ;CN", "in_force", "2025-07-01",
               "2025-07-01"), cited(slots["28"])),
        (_deal("slots-altynkol-2025", "14 to 15 trains a day handed over at Altynkol", "KZ;CN", "in_force",
               "2025-03-01", "2025-03-01"), cited(slots["15"])),
        (_deal("btc-tengiz-2022", "1.5 Mt a year of Tengiz oil through BTC", "KZ;AZ", "in_force", "2022-11-01",
               "2023-01-01"), cited(oil)),
        (_deal("single-window-2023", "Single window for transit of the Turkic states' customs", "KZ;AZ;TR;UZ;KG;HU;TM",
               "planned", "2023-03-01", card="e-clearance"),
         cited(papers["Single window for transit along the corridor"])),
        (_deal("tripp-2026", "Framework of the Meghri transit road and railway (TRIPP)", "AM;US", "signed",
               "2026-01-13", card="tripp-meghri"), cited(projects["P021"])),
        (_deal("cku-2024", "China-Kyrgyzstan-Uzbekistan railway", "CN;KG;UZ", "in_force", "2024-06-06", "2024-12-27",
               card="cku-railway"), cited(projects["P034"])),
        (_deal("ctc-georgia", "Accession of Georgia to common transit and NCTS", "GE;EU;TR", "in_force", "2025-02-01",
               "2025-02-01"), cited(papers["NCTS declaration"])),
        (_deal("tehran-2003", "Tehran Convention on the environment of the Caspian", "KZ;AZ;TM;RU;IR", "in_force",
               "2003-11-04", "2006-08-12"), cited(members["Tehran Convention (environment)"])),
        (_deal("caspian-2018", "Convention on the legal status of the Caspian Sea", "KZ;AZ;TM;RU;IR", "signed",
               "2018-08-12"), cited(members["Caspian legal status convention 2018"])),
        (_deal("lapis-lazuli-2017", "Lapis Lazuli corridor", "TM;AZ;GE;TR;AF", "in_force", "2017-11-15"),
         cited(members["Lapis Lazuli agreement 2017"])),
    ]  # fmt: skip
    return [{**deal, **cell} for deal, cell in told] + [{**deal, **known("dates from general knowledge")} for deal in (
        _deal("titr-2017", "International Association Trans-Caspian International Transport Route", four, "in_force",
              "2016-10-06", "2017-02-01"),
        _deal("btk-2007", "Baku-Tbilisi-Kars railway", "AZ;GE;TR", "in_force", "2007-02-07", "2017-10-30"),
        _deal("eaeu-2015", "Treaty on the Eurasian Economic Union", "AM;BY;KG;KZ;RU", "in_force", "2014-05-29",
              "2015-01-01"),
        _deal("eaeu-code-2018", "Customs Code of the EAEU", "AM;BY;KG;KZ;RU", "in_force", "2017-04-11", "2018-01-01"),
        _deal("smgs-1951", "Agreement on international goods transport by rail (SMGS)", "AZ;BY;CN;GE;IR;KG;KZ;RU;TM;UZ",
              "in_force", "1951-11-01", "1951-11-01"),
        _deal("cotif-1999", "COTIF with the CIM rules", "AM;AZ;BG;DE;GE;HU;IR;PL;RO;TR;UA", "in_force", "1999-06-03",
              "2006-07-01"),
        _deal("cim-smgs-2006", "Common CIM/SMGS consignment note", "AZ;BY;CN;DE;GE;KZ;PL;RU;TR", "in_force",
              "2006-07-01", "2006-09-01"),
        _deal("tir-1975", "TIR Convention", "AM;AZ;BY;CN;EU;GE;IR;KG;KZ;RU;TM;TR;UZ", "in_force", "1975-11-14",
              "1978-03-20"),
        _deal("etir-2021", "eTIR: annex 11 of the TIR Convention", "AZ;GE;KZ;TR;UZ;EU", "in_force", "2020-02-06",
              "2021-05-25"),
        _deal("ctc-1987", "Convention on a common transit procedure", "EU;CH;TR;UA;GE", "in_force", "1987-05-20",
              "1988-01-01"),
        _deal("traceca-1998", "TRACECA basic multilateral agreement", "AM;AZ;BG;GE;IR;KG;KZ;RO;TR;UA;UZ", "in_force",
              "1998-09-08", "1998-09-08"),
        _deal("ecmr-2008", "e-CMR protocol", "AZ;TR;TM;UZ;RO;BG;RU", "in_force", "2008-02-20", "2011-06-05"),
    )]  # fmt: skip
