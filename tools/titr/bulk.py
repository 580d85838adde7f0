"""Prices of wagons, tanks, bulk, lorries and pipes on links that the stack gives."""

from tools.titr.book import Six
from tools.titr.context.rows import Row, assumed
from tools.titr.rates import Charge, Rates
from tools.titr.spans import AZ_KM, GE_KM

GRAIN, METAL, CRUDE, ANY_DRY = "grain", "nonferrous_metals", "crude_oil", "general_rail"
KGF_KUR_KM = 2173.0
"""Karaganda-Kuryk over the network's own sections."""
KOS_AAU_KM, ZHZ_AAU_KM, TGZ_AAU_KM = 1930.0, 1561.0, 690.0
DUB_BKK_KM = 548.0
"""Dubendi-Boyuk Kesik over the network's own sections."""
BUS_KM = 385.0
"""Gardabani-Batumi over the network's own sections."""
RAILS = {"KTZ": "KTZ", "AZ": "ADY", "GE": "GR"}
TO_RUSSIA = ("C_KOS_KTL", "C_ZHZ_KTL", "C_TSE_KTL")
AZ_LINKS, GE_LINKS = ("R31", "R32", "R33", "R56", "X_AZ_ABS"), ("R36", "R53", "R54", "R55", "R40", "R41", "X_GE_KUL")
ZERO = Six(0, 0, 0, 0, 0, 0)


def bulk(rates: Rates) -> None:
    """All prices outside boxes that the stack gives."""
    _kazakhstan(rates)
    _caucasus(rates)
    _russia(rates)
    _ferries(rates)
    _ships(rates)
    _oil(rates)
    _lorries(rates)
    _subsidies(rates)


def _entry(rates: Rates, arc: str) -> tuple[Six, Row]:
    entry = rates.book.stack[arc]
    return entry.price, entry.source


def _t(operator: str, item: str, class_id: str, goods: str, part: str = "core") -> Charge:
    return Charge(operator, item, "t", class_id, goods, part, digits=4)


def _wagon(operator: str, item: str, class_id: str = "wagon_train", goods: str | None = None) -> Charge:
    return Charge(operator, item, "wagon", class_id, goods)


def _spread(rates: Rates, arc: str, charge: Charge, links: tuple[str, ...], whole_km: float) -> None:
    six, source = _entry(rates, arc)
    for link in links:
        rates.both(link, charge, six * (rates.km[link] / whole_km), source)


def _kazakhstan(rates: Rates) -> None:
    rows = rates.book.rows["links"]
    ours = [row["link_id"] for row in rows if row["operator_id"] == "KTZ" and row["mode"] == "rail"]
    plain = tuple(name for name in ours if name not in ("R08", "R14", "C_TGZ_BEY"))
    home = tuple(name for name in plain if name not in TO_RUSSIA)
    _spread(rates, "w_ktz_kgf_kur", _wagon("KTZ", "haulage"), plain, KGF_KUR_KM)
    _spread(rates, "w_hire", _wagon("LESSOR", "wagon_hire"), plain, KGF_KUR_KM + 800)
    for goods, haul, hire, km in ((GRAIN, "g_ktz", "g_hop", KOS_AAU_KM), (METAL, "m_ktz", "m_wag", ZHZ_AAU_KM)):
        _spread(rates, haul, _t("KTZ", "haulage", "wagon_train", goods), home, km)
        _spread(rates, hire, _t("LESSOR", "wagon_hire", "wagon_train", goods), home, km)
    _spread(rates, "o_rail", _t("KTZ", "haulage", "tank_train", CRUDE), (*plain, "C_TGZ_BEY"), TGZ_AAU_KM)
    _spread(rates, "o_tank", _t("LESSOR", "wagon_hire", "tank_train", CRUDE), (*plain, "C_TGZ_BEY"), TGZ_AAU_KM)


def _caucasus(rates: Rates) -> None:
    azge = ("R35", *AZ_LINKS, *GE_LINKS, "C_YAL_BAK", "C_DUB_BAK")
    ady, gr = ("R35", *AZ_LINKS, "C_YAL_BAK", "C_DUB_BAK"), GE_LINKS
    _spread(rates, "w_hire", _wagon("LESSOR", "wagon_hire"), azge, KGF_KUR_KM + 800)
    free = assumed(
        "the lease to Aktau covers the wagon as far as it goes; beyond, hopper and gondola hire is in the haulage"
    )
    for link in azge:
        rates.both(link, _t("LESSOR", "wagon_hire", "wagon_train", f"{GRAIN};{METAL}"), ZERO, free)
    for links, operator, km, arcs in (
        (ady, "ADY", AZ_KM, ("w_ady", "g_ady", "m_ady")),
        (gr, "GR", GE_KM, ("w_gr", "g_gr", "m_gr")),
    ):
        paid = tuple(link for link in links if link != "R35")
        _spread(rates, arcs[0], _wagon(operator, "haulage"), paid, km)
        _spread(rates, arcs[1], _t(operator, "haulage", "wagon_train", GRAIN), paid, km)
        _spread(rates, arcs[2], _t(operator, "haulage", "wagon_train", METAL), paid, km)
    free = assumed("the passage of the border is in the prices of its two sides")
    rates.both("R35", _t("ADY", "haulage", "tank_train", CRUDE), ZERO, free)
    tank = _t("ADY", "haulage", "tank_train", CRUDE)
    _spread(rates, "o_dub_bkk", tank, (*AZ_LINKS, "C_YAL_BAK", "C_DUB_BAK"), DUB_BKK_KM)
    _spread(rates, "o_gr_bus", _t("GR", "haulage", "tank_train", CRUDE), GE_LINKS, BUS_KM)


def _russia(rates: Rates) -> None:
    for goods, links, haul, hire in (
        (GRAIN, ("C_KOS_KTL", "C_KTL_NVS"), ("g_kos_ktl", "g_rzd"), "g_hop_n"),
        (METAL, ("C_ZHZ_KTL", "C_KTL_LED"), ("m_ktz_n", "m_rzd"), "m_wag_n"),
    ):
        length = sum(rates.km[link] for link in links)
        for link, arc, operator in zip(links, haul, ("KTZ", "RZD"), strict=True):
            rates.both(link, _t(operator, "haulage", "wagon_train", goods), *_entry(rates, arc))
        _spread(rates, hire, _t("LESSOR", "wagon_hire", "wagon_train", goods), links, length)
    rates.both("C_KTL_NVS", _t("RU_CUSTOMS", "customs", "wagon_train", GRAIN), *_entry(rates, "g_docs_n"))
    rates.both("C_KTL_LED", _t("RU_CUSTOMS", "customs", "wagon_train", METAL), *_entry(rates, "m_docs_n"))
    rates.both("C_KTL_LED", _t("FORWARDER", "surcharge", "wagon_train", METAL), *_entry(rates, "m_risk_n"))
    for both, goods, rail, rent, km in (
        (("C_TSE_KTL", "C_ZHZ_KTL"), GRAIN, "g_ktz", "g_hop", KOS_AAU_KM),
        (("C_TSE_KTL", "C_KOS_KTL"), METAL, "m_ktz", "m_wag", ZHZ_AAU_KM),
    ):
        _spread(rates, rail, _t("KTZ", "haulage", "wagon_train", goods), both, km)
        _spread(rates, rent, _t("LESSOR", "wagon_hire", "wagon_train", goods), both, km)


def _ferries(rates: Rates) -> None:
    for link in ("S02", "S03"):
        share = 1.0 if link == "S02" else rates.km["S03"] / rates.km["S02"]
        payee = "ASCO" if link == "S02" else "TMLINE"
        for arc, charge in (
            ("w_fry", Charge(payee, "freight", "wagon", "rail_ferry", "wagon;tank")),
            ("w_fry_emp", Charge(payee, "empty_return", "wagon", "rail_ferry", "wagon;tank")),
            ("w_fwd", Charge("FORWARDER", "margin", "wagon", "rail_ferry", "wagon;tank")),
        ):
            six, source = _entry(rates, arc)
            told = source if share == 1.0 else assumed("as Kuryk-Alat by length")
            rates.both(link, charge, six * (1.0 if arc == "w_fwd" else share), told)


def _ships(rates: Rates) -> None:
    ship = {goods: _t("DRY_SHIP", "freight", "dry_cargo", goods) for goods in (GRAIN, METAL, ANY_DRY)}
    for link, grain, metal in (
        ("S01", "g_ship", "m_ship"),
        ("S10", "g_pti_mer", "g_pti_mer"),
        ("S09", "m_pti_ist", "m_pti_ist"),
    ):
        rates.both(link, ship[GRAIN], *_entry(rates, grain))
        for goods in (METAL, ANY_DRY):
            rates.both(link, ship[goods], *_entry(rates, metal))
    rates.both("C_NVS_MER", _t("HULL", "surcharge", "dry_cargo", "bulk"), *_entry(rates, "g_nvs_war"))
    for link, arc, part in (
        ("C_NVS_MER", "g_nvs_mer", "core"),
        ("C_PTI_RTM", "m_pti_rtm", "access"),
        ("C_LED_RTM", "m_led_rtm", "access"),
    ):
        rates.both(link, _t("DRY_SHIP", "freight", "dry_cargo", "bulk", part), *_entry(rates, arc))
    near, _ = _entry(rates, "m_pti_ist")
    for link in ("S05", "S07", "C_NVS_IST", "C_NVS_CND"):
        told = assumed("as Poti-Istanbul by length")
        rates.both(
            link, _t("DRY_SHIP", "freight", "dry_cargo", "bulk"), near * (rates.km[link] / rates.km["S09"]), told
        )


def _oil(rates: Rates) -> None:
    for link, arc in (("C_AAU_SAN", "o_ship"), ("C_AAU_DUB", "o_dub_ship")):
        rates.both(link, _t("TANKER", "freight", "tanker", CRUDE), *_entry(rates, arc))
    ship, _ = _entry(rates, "o_ship")
    for link in ("C_KRW_SAN", "C_KRW_DUB"):
        told = assumed("as Aktau-Sangachal, by length and with the same time in port")
        rates.both(
            link,
            _t("TANKER", "freight", "tanker", CRUDE),
            ship * (0.4 + 0.6 * rates.km[link] / rates.km["C_AAU_SAN"]),
            told,
        )
    rates.both("C_SAN_CEY", _t("BTC", "pipeline_tariff", "pipeline", CRUDE), *_entry(rates, "o_btc"))
    rates.both("C_TGZ_NVS", _t("CPC", "pipeline_tariff", "pipeline", CRUDE), *_entry(rates, "o_tgz_cpc"))
    far = _t("TANKER", "freight", "tanker", CRUDE, "access")
    rates.both("C_CEY_TRS", far, *_entry(rates, "o_cey_med"))
    rates.both("C_NVS_TRS", far, *_entry(rates, "o_nvs_med"))
    rates.both("C_NVS_TRS", _t("HULL", "surcharge", "tanker", CRUDE, "access"), *_entry(rates, "o_nvs_war"))


def _lorries(rates: Rates) -> None:
    road = Charge("HAULIER", "haulage", "truck", "truck", None)
    for link, arc in (
        ("C_ALA_KUR", "t_kz"), ("C_ALA_TSK", "t_az"), ("C_SRP_IST", "t_tr"), ("C_TAS_FAR", "t_uz"),
        ("C_FAR_KRW", "t_tm"),
    ):  # fmt: skip
        rates.both(link, road, *_entry(rates, arc))
    for link in ("C_TSK_TBS", "C_TBS_SRP"):
        six, source = _entry(rates, "t_ge")
        rates.both(link, road, six * (rates.km[link] / 400.0), source)
    ferry = Charge("ASCO", "freight", "truck", "ro_ro", None)
    rates.west("S02", ferry, *_entry(rates, "t_fry_kur"), 73 / 54.5)
    rates.both("S03", Charge("TMLINE", "freight", "truck", "ro_ro", None), *_entry(rates, "t_fry_krw"))
    for link, arc in (("S02", "t_fwd"), ("S03", "t_fwd2")):
        rates.both(link, Charge("FORWARDER", "margin", "truck", "ro_ro", None), *_entry(rates, arc))


def _subsidies(rates: Rates) -> None:
    """The export subsidy on wheat, spread so that no section falls below nothing: to the Caucasus on the Kazakh haul and
    the ship, what the Black Sea gets beyond on the haul through the Caucasus, by Russia on the haul to Novorossiysk."""
    caucasus, source = _entry(rates, "g_sub_az")
    beyond = _entry(rates, "g_sub_bs")[0] - caucasus
    russia, told = _entry(rates, "g_sub_ru")
    rows = rates.book.rows["links"]
    home = [row["link_id"] for row in rows if row["operator_id"] == "KTZ" and row["mode"] == "rail"]
    parts = {name: caucasus * (0.6 * rates.km[name] / KOS_AAU_KM) for name in home
             if name not in ("R08", "R14", "C_TGZ_BEY", "C_BEY_AKS", "C_SHA_OZI", *TO_RUSSIA)}  # fmt: skip
    parts["S01"] = caucasus * 0.4
    parts |= {name: beyond * (0.45 * rates.km[name] / AZ_KM) for name in ("R31", "R32", "R33")}
    parts |= {name: beyond * (0.45 * rates.km[name] / 281.0) for name in ("R36", "R53")}
    parts |= {name: beyond * 0.1 for name in ("R54", "R55")}
    for link, six in parts.items():
        class_id = "dry_cargo" if link == "S01" else "wagon_train"
        charge = Charge("KZ_STATE", "subsidy", "t", class_id, GRAIN, mode="subsidy", digits=4)
        rates.west(link, charge, six.ordered, source, 0.0)
    for link, share in (("C_KOS_KTL", 0.125), ("C_TSE_KTL", 0.125), ("C_KTL_NVS", 0.875)):
        charge = Charge("KZ_STATE", "subsidy", "t", "wagon_train", GRAIN, mode="subsidy", digits=4)
        rates.west(link, charge, russia * share, told, 0.0)
