"""Prices of boxes on links: the stack's spans spread over the network's sections.

Where two ways share sections and differ in the last one, the shared sections carry one rate per kilometre and the last
one takes the rest. What is charged on a span as a whole (margin, security) stands on the gate that tells the way.
"""

from tools.titr.book import Book, Six
from tools.titr.context.rows import Row, assumed
from tools.titr.rates import EASTBOUND, Charge, Rates
from tools.titr.spans import AZ_KM, BTK_KM, CN_KM, GE_KM, KTZ_KM

CN_COMMON = ("R02", "R04", "R05")
CN_OTHER = ("R01", "R03", "X_CN_CTU", "X_CN_CGO", "C_YIW_XIA", "C_YIW_SHA")
SUBSIDY_SHARE = 0.8125
"""How much of the subsidy stands on the sections that Khorgos and Alashankou share: no section may fall below nothing."""
AZGE_KM = 451.0
"""Alat to Gardabani."""
BTK = ("R40", "R41", "R43", "R44")
GATES = ("R08", "R14")
ZERO = Six(0, 0, 0, 0, 0, 0)


def boxes(rates: Rates) -> None:
    """All prices of boxes that the stack gives."""
    _china(rates)
    _kazakhstan(rates)
    _gates(rates)
    _caucasus(rates)
    _turkey(rates)
    _turkmenistan(rates)
    _ships(rates)
    _northern(rates)
    _iran(rates)
    _planned(rates)
    _deep_sea(rates)


def _entry(rates: Rates, arc: str) -> tuple[Six, Row]:
    entry = rates.book.stack[arc]
    return entry.price, entry.source


def _china(rates: Rates) -> None:
    haul, source = _entry(rates, "cn_xia_khg")
    other, _ = _entry(rates, "cn_xia_ala")
    help_khg, paid = _entry(rates, "cn_khg_sub")
    help_ala, _ = _entry(rates, "cn_ala_sub")
    charge, subsidy = Charge("CR", "haulage"), Charge("PLATFORM", "subsidy")
    shared = haul * (CN_KM / 3245)
    pieces = {name: shared * (rates.km[name] / CN_KM) for name in (*CN_COMMON, *CN_OTHER)}
    pieces |= {"R06": haul - shared, "R07": (other - shared).positive.ordered}
    given = help_khg * SUBSIDY_SHARE
    reliefs = {name: given * (rates.km[name] / CN_KM) for name in CN_COMMON}
    reliefs |= {"R06": (help_khg - given).ordered, "R07": (help_ala - given).ordered}
    for link, six in pieces.items():
        rates.west(link, charge, six, source)
        rates.empties(link, charge, six)
    for link, six in reliefs.items():
        rates.west(link, subsidy, six, paid)
        rates.empties(link, subsidy, six)


def _kazakhstan(rates: Rates) -> None:
    haul, source = _entry(rates, "ktz_alt_aau")
    hire, lessor = _entry(rates, "ktz_aau_plat")
    ours = [row["link_id"] for row in rates.book.rows["links"] if row["operator_id"] == "KTZ" and row["mode"] == "rail"]
    plain = [name for name in ours if name[0] in "RX" and name not in GATES]
    charge = Charge("KTZ", "haulage", class_id="block_train", mode="contract")
    platform = Charge("LESSOR", "wagon_hire", class_id="block_train", mode="contract")
    kuryk_km = rates.km["R26"] + rates.km["R27"]
    for link in plain:
        share = rates.km[link] / KTZ_KM
        part = share * rates.km["R25"] / kuryk_km if link in ("R26", "R27") else share
        _box(rates, link, charge, haul * share, source)
        rates.both(link, platform, hire * part, lessor)
    shared_km = sum(rates.km[name] for name in ("R09", "R11", "R52", "R12", "R29"))
    for arc, whole, over, told in (("ktz_alt_sar", haul, charge, source), ("ktz_sar_plat", hire, platform, lessor)):
        six, _ = _entry(rates, arc)
        rest = (six - whole * (shared_km / KTZ_KM)).positive.ordered
        rates.both("C_ARY_SAR", over, rest, told)


def _box(rates: Rates, link: str, charge: Charge, six: Six, source: Row) -> None:
    rates.west(link, charge, six, source)
    rates.empties(link, charge, six)


def _gates(rates: Rates) -> None:
    """Margin and security of the Middle Corridor's trains stand on the border sections where they begin."""
    margin, told = _entry(rates, "mc_fwd")
    security, said = _entry(rates, "ktz_aau_sec")
    for link in GATES:
        rates.west(link, Charge("FORWARDER", "margin", class_id="block_train", mode="contract"), margin, told)
        rates.west(link, Charge("KTZ", "security", class_id="block_train", mode="contract"), security, said)
        free = assumed("the passage itself is in the price of the gauge change")
        rates.both(link, Charge("KTZ", "haulage", class_id="north_train", mode="fixed"), ZERO, free)
    hull, cited = _entry(rates, "i_mc")
    for link, class_id in (("S01", "feeder"), ("S02", "rail_ferry"), ("S03", "feeder")):
        rates.both(link, Charge("UNDERWRITER", "insurance", class_id=class_id, part="owner"), hull, cited)


def _caucasus(rates: Rates) -> None:
    ady, source = _entry(rates, "ady_ala_bkk")
    hire, lessor = _entry(rates, "azge_plat")
    per_km = hire * (1 / (AZGE_KM + GE_KM))
    charge = Charge("ADY", "haulage", class_id="block_train", mode="contract")
    platform = Charge("LESSOR", "wagon_hire", class_id="block_train", mode="contract")
    for link in ("R31", "R32", "R33", "R56", "X_AZ_ABS"):
        _box(rates, link, charge, ady * (rates.km[link] / AZ_KM), source)
        rates.both(link, platform, per_km * rates.km[link], lessor)
    poti, carrier = _entry(rates, "gr_grd_pti")
    shared = poti * ((rates.km["R36"] + rates.km["R53"]) / GE_KM)
    pieces = {name: poti * (rates.km[name] / GE_KM) for name in ("R36", "R53", "R54", "X_GE_KUL")}
    pieces["R55"] = _entry(rates, "gr_grd_bus")[0] - shared
    pieces |= {name: _entry(rates, "gr_grd_akh")[0] * (rates.km[name] / BTK_KM) for name in ("R40", "R41")}
    gr = Charge("GR", "haulage", class_id="block_train", mode="contract")
    for link, six in pieces.items():
        _box(rates, link, gr, six.ordered, carrier)
    for link in ("R35", "R36", "R53"):
        rates.both(link, platform, per_km * rates.km[link], lessor)
    rest = hire - per_km * (AZ_KM + sum(rates.km[link] for link in ("R35", "R36", "R53")))
    for link in ("R54", "R55"):
        rates.both(link, platform, rest, lessor)
    btk, owner = _entry(rates, "btk_plat")
    left = (btk - per_km * AZGE_KM).positive
    length = sum(rates.km[link] for link in BTK)
    for link in BTK:
        rates.both(link, platform, left * (rates.km[link] / length), owner)


def _turkey(rates: Rates) -> None:
    tcdd = Charge("TCDD", "haulage", class_id="block_train")
    mersin, source = _entry(rates, "tcdd_mer")
    istanbul, told = _entry(rates, "tcdd_ist")
    _box(rates, "R47", tcdd, mersin, source)
    _box(rates, "R48", tcdd, istanbul, told)
    for link in ("R45", "R46"):
        rates.west(link, tcdd, mersin * (rates.km[link] / rates.km["R47"]), source)
    rates.west("R49", tcdd, istanbul * (rates.km["R49"] / rates.km["R48"]), told)


def _turkmenistan(rates: Rates) -> None:
    tas, source = _entry(rates, "uti_tas_far")
    sar, told = _entry(rates, "uti_sar_far")
    uti = Charge("UTI", "haulage", class_id="block_train")
    rates.both("R51", uti, tas, source)
    for link in ("C_SAR_CHK", "C_CHK_FAR"):
        rates.both(link, uti, sar * (rates.km[link] / 745.0), told)
    trk = Charge("TRK", "haulage", class_id="block_train")
    turkmen, said = _entry(rates, "trk_far_krw")
    _box(rates, "R50", trk, turkmen, said)
    for link in ("X_TM_ASB", "X_TM_ASB_2"):
        rates.both(link, trk, turkmen * (rates.km[link] / rates.km["R50"]), said)
    platform = Charge("LESSOR", "wagon_hire", class_id="block_train")
    rates.both("R50", platform, *_entry(rates, "trk_plat"))
    _tashkent_aktau(rates, uti, platform)


def _tashkent_aktau(rates: Rates, uti: Charge, platform: Charge) -> None:
    """Tashkent-Beyneu takes what the quoted Tashkent rate leaves after the sections that it shares."""
    haul, source = _entry(rates, "uti_tas_bey")
    last_km = rates.km["R24"] + rates.km["R25"]
    ktz = _entry(rates, "ktz_alt_aau")[0] * (last_km / KTZ_KM)
    hire = _entry(rates, "ktz_aau_plat")[0] * (last_km / KTZ_KM)
    rates.both("C_TAS_BEY", uti, haul, source)
    rates.both(
        "C_TAS_BEY", platform, (_entry(rates, "tas_plat")[0] - hire).positive.ordered, _entry(rates, "tas_plat")[1]
    )
    rest = (_entry(rates, "ktz_bey_aau")[0] - ktz - _entry(rates, "fdr_sur")[0]).ordered
    told = assumed("what the quoted Tashkent rate leaves of the shared haul to Aktau and of the feeder's surcharge")
    rates.both("C_TAS_BEY", Charge("UTI", "margin", class_id="block_train"), rest, told)


def _ships(rates: Rates) -> None:
    feeder = Charge("KMTF", "freight", class_id="feeder", mode="contract")
    freight, source = _entry(rates, "fdr_aau_ala")
    _box(rates, "S01", feeder, freight, source)
    surcharge = Charge("KMTF", "surcharge", class_id="feeder", mode="spot")
    rates.west("S01", surcharge, *_entry(rates, "fdr_sur"))
    ferry, told = _entry(rates, "fry_krw_feu")
    _box(rates, "S03", Charge("TMLINE", "freight", class_id="feeder"), ferry, told)
    krw_aau = ferry * (rates.km["S04"] / rates.km["S03"])
    rates.both(
        "S04", Charge("KMTF", "freight", class_id="feeder"), krw_aau * 0.7, assumed("as Turkmenbashi-Alat by length")
    )
    on_rail = Charge("ASCO", "freight", class_id="rail_ferry")
    _box(rates, "S02", on_rail, *_entry(rates, "fry_kur_feu"))
    back = Charge("ASCO", "empty_return", class_id="rail_ferry")
    rates.both("S02", back, *_entry(rates, "fry_kur_emp"))
    hire, lessor = _entry(rates, "kur_hire")
    rest = (hire - _entry(rates, "azge_plat")[0]).positive.ordered
    rates.both("S02", Charge("LESSOR", "wagon_hire", class_id="rail_ferry"), rest, lessor)
    _black_sea(rates)


def _black_sea(rates: Rates) -> None:
    charge, war = (
        Charge("FEEDER", "freight", class_id="black_feeder"),
        Charge("HULL", "surcharge", class_id="black_feeder"),
    )
    poti, source = _entry(rates, "fdr_pti_cnd")
    risk, told = _entry(rates, "bs_war")
    lines = {"S05": poti, "S06": _entry(rates, "fdr_bus_cnd")[0]}
    for link in ("S07", "S08", "S09"):
        lines[link] = poti * (rates.km[link] / rates.km["S05"])
    for link, six in lines.items():
        _box(rates, link, charge, six, source if link in ("S05", "S06") else assumed("as Poti-Constanta by length"))
        rates.both(link, war, _entry(rates, "bs_war_bus")[0] if link == "S06" else risk, told)


def _northern(rates: Rates) -> None:
    ratio = EASTBOUND["north"]
    for link, arc, operator in (
        ("C_DOS_ILE", "n_ktz", "KTZ"), ("C_ALT_ILE", "ktz_n_alt", "KTZ"), ("C_ILE_KRA", "n_rzd", "RZD"),
        ("C_KRA_BRE", "n_bch", "BCH"), ("C_ZAB_KRA", "rzd_tsr", "RZD"), ("C_XIA_MZL", "cn_xia_mzl", "CR"),
        ("C_MAL_DUI", "eu_mal_dui", "EU_RAIL"),
    ):  # fmt: skip
        rates.west(link, Charge(operator, "haulage", mode="north"), *_entry(rates, arc), ratio)
    rates.west("C_XIA_MZL", Charge("PLATFORM", "subsidy"), *_entry(rates, "cn_mzl_sub"), ratio)
    for arc, operator, item in (("n_plat", "UTLC", "wagon_hire"), ("n_sec", "UTLC", "security"),
                                ("n_docs", "RU_CUSTOMS", "customs"), ("n_fwd", "FORWARDER", "margin")):  # fmt: skip
        rates.west(
            "C_ILE_KRA", Charge(operator, item, class_id="north_train", mode="north"), *_entry(rates, arc), ratio
        )
    for arc, operator, item in (("tsr_plat", "UTLC", "wagon_hire"), ("tsr_fwd", "FORWARDER", "margin")):
        rates.west("C_ZAB_KRA", Charge(operator, item, mode="north"), *_entry(rates, arc), ratio)
    scarce, told = _entry(rates, "n_market")
    for link in ("C_DOS_ILE", "C_ALT_ILE"):
        rates.west(link, Charge("PLATFORM", "surcharge", mode="scarce"), scarce, told, 0.0)
    rates.west("C_XIA_MZL", Charge("PLATFORM", "surcharge", mode="scarce"), *_entry(rates, "tsr_market"), 0.0)
    insured, cited = _entry(rates, "i_n")
    for link in ("C_ILE_KRA", "C_ZAB_KRA"):
        rates.both(link, Charge("UNDERWRITER", "insurance", class_id="north_train", part="owner"), insured, cited)


def _iran(rates: Rates) -> None:
    for link, arc, operator in (
        ("C_FAR_SRK", "trk_far_srk", "TRK"), ("C_SRK_RAZ", "rai_srk_raz", "RAI"), ("C_KPY_TAT", "van_ferry", "TCDD"),
        ("C_TAT_IST", "tcdd_tat_ist", "TCDD"), ("C_BND_SRK", "rai_bnd_srk", "RAI"),
    ):  # fmt: skip
        rates.both(link, Charge(operator, "haulage", class_id="block_train"), *_entry(rates, arc))
    rates.both("C_SRK_RAZ", Charge("LESSOR", "wagon_hire", class_id="block_train"), *_entry(rates, "iran_plat"))
    margin, told = _entry(rates, "iran_fwd")
    rest = (margin - _entry(rates, "mc_fwd")[0]).positive.ordered
    rates.both("C_SRK_RAZ", Charge("FORWARDER", "margin", class_id="block_train"), rest, told)
    free = assumed("the passage of the border is in the price of Sarakhs-Razi")
    rates.both("C_RAZ_KPY", Charge("RAI", "haulage", class_id="block_train", mode="fixed"), ZERO, free)
    insured, cited = _entry(rates, "i_ir")
    for link, class_id in (("C_SRK_RAZ", "block_train"), ("C_BND_SRK", "block_train")):
        rates.both(link, Charge("UNDERWRITER", "insurance", class_id=class_id, part="owner"), insured, cited)
    rates.both("C_SHA_BND", Charge("LINER", "freight", mode="line"), *_entry(rates, "sea_sha_bnd"))


def _planned(rates: Rates) -> None:
    block = "block_train"
    for link, arc, operator, share in (
        ("C_XIA_KSH", "cn_xia_ksh", "CR", 1.0), ("C_KSH_MAK", "cku", "CKU", 330 / 533), ("C_MAK_AND", "cku", "CKU", 203 / 533),
        ("C_AND_TAS", "uti_and_tas", "UTI", 1.0), ("C_AGB_MEG", "tripp", "TRIPP", 38 / 143),
        ("C_MEG_NAJ", "tripp", "TRIPP", 105 / 143), ("C_NAJ_DIL", "naj_dil", "ADY", 1.0),
        ("C_DIL_KSY", "tcdd_dil_ksy", "TCDD", 1.0),
    ):  # fmt: skip
        six, source = _entry(rates, arc)
        rates.both(link, Charge(operator, "haulage", class_id=block), six * share, source)
    rates.west("C_XIA_KSH", Charge("PLATFORM", "subsidy", class_id=block), *_entry(rates, "cn_ksh_sub"), 0.5)
    rates.both("C_KSH_MAK", Charge("FORWARDER", "margin", class_id=block), *_entry(rates, "mc_fwd"))
    agbend, source = _entry(rates, "ady_ala_agb")
    shared = _entry(rates, "ady_ala_bkk")[0] * (rates.km["R31"] / AZ_KM)
    rates.both("C_HAJ_AGB", Charge("ADY", "haulage", class_id=block), (agbend - shared).positive.ordered, source)
    hire, lessor = _entry(rates, "naj_plat")
    paid = _entry(rates, "azge_plat")[0] * (rates.km["R31"] / (AZGE_KM + GE_KM))
    rates.both("C_HAJ_AGB", Charge("LESSOR", "wagon_hire", class_id=block), (hire - paid).positive.ordered, lessor)
    anaklia, carrier = _entry(rates, "gr_grd_ana")
    common = _entry(rates, "gr_grd_pti")[0] * ((rates.km["R36"] + rates.km["R53"]) / GE_KM)
    rates.both("C_SAM_ANA", Charge("GR", "haulage", class_id=block), (anaklia - common).positive.ordered, carrier)
    platform = _entry(rates, "azge_plat")[0] * (rates.km["R54"] / (AZGE_KM + GE_KM))
    rates.both("C_SAM_ANA", Charge("LESSOR", "wagon_hire", class_id=block), platform, lessor)
    rates.both("C_ANA_CND", Charge("FEEDER", "freight", class_id="deep_sea"), *_entry(rates, "svc_ana_cnd"))
    rates.both("C_ANA_CND", Charge("HULL", "surcharge", class_id="deep_sea"), *_entry(rates, "ana_war"))


def _deep_sea(rates: Rates) -> None:
    liner = Charge("LINER", "freight", class_id="deep_sea", mode="sea")
    owner = Charge("UNDERWRITER", "insurance", class_id="deep_sea", part="owner")
    for arc, suez in (
        ("rtm", True),
        ("ham", True),
        ("pir", True),
        ("cnd", True),
        ("rtm", False),
        ("pir", False),
        ("cnd", False),
    ):
        link = f"C_SHA_{arc.upper()}_{'S' if suez else 'C'}"
        rates.west(link, liner, *_entry(rates, f"sea_{'suez' if suez else 'cape'}_{arc}"), EASTBOUND["sea"])
        rates.both(link, owner, *_entry(rates, {"pir": "i_seap", "cnd": "i_seac"}.get(arc, "i_sea")))
    for link, arc in (("C_SHA_IST", "cnd"), ("C_SHA_TRS", "pir"), ("C_SHA_PTI", "cnd"), ("C_SHA_MER", "pir")):
        for tail, way in (("_S", "suez"), ("_C", "cape")):
            if f"{link}{tail}" in rates.km:
                six, _ = _entry(rates, f"sea_{way}_{arc}")
                told = assumed(f"as the stack's {way} price to {'Constanta' if arc == 'cnd' else 'Piraeus'}")
                rates.west(f"{link}{tail}", liner, six, told, EASTBOUND["sea"])
                rates.both(f"{link}{tail}", owner, *_entry(rates, "i_seap" if arc == "pir" else "i_seac"))
    for link, arc in (("C_XIA_SHA", "xia_sha"), ("C_RTM_DUI", "rtm_dui"), ("C_HAM_DUI", "ham_dui"), ("C_PIR_BUD", "pir_bud"),
                      ("C_CND_DUI", "cnd_dui")):  # fmt: skip
        operator = "CR" if arc == "xia_sha" else "EU_RAIL"
        rates.both(link, Charge(operator, "haulage", part="access"), *_entry(rates, arc))


__all__ = ["Book", "boxes"]
