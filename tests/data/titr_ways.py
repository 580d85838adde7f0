"""The ways of the price stack as chains of the shipped corridor's own links and procedures.

A word is a link, a procedure, ``class`` or ``class:service`` (what runs from here on), ``<id`` and ``>`` (a through price
begins and ends). Written by hand from the tables of facts, so that nothing of the network's own code is trusted here.
"""

XIA_KHG = "block_train R02 R04 R05 R06"
ALTYNKOL = "R08 b-khg-alt g-alt"
KTZ = "R09 R11 R52 R12 R13 R18 R20 R21 R22 R23 R24"
SAR = "R09 R11 R52 R12 R29 C_ARY_SAR"
AKTAU = "R25 t-aau-box feeder:feeder-aau-ala S01 b-ala-kz t-ala-box block_train"
KURYK = "R26 R27 t-kur-box rail_ferry:ferry-kur-ala S02 b-ala-kz t-ala-ferry-box block_train"
TURKMEN = "b-far R50 t-krw-box feeder:feeder-krw-ala S03 b-ala-tm t-ala-box block_train"
AZ = "R31 R32 R33 R35 b-bkk"
POTI, BATUMI = "R36 R53 R54", "R36 R53 R55"
BTK = "R40 R41 g-akh R43 b-can R44"
MIDDLE = f"{XIA_KHG} {ALTYNKOL} {KTZ} {AKTAU} {AZ}"
CND = "b-ge-ro t-cnd-box block_train C_CND_DUI"
N_BRE = "C_ILE_KRA C_KRA_BRE g-bre C_BRE_MAL b-bre-mal C_MAL_DUI"
DRY = "t-aau-dry dry_cargo:dry-aau-ala S01 b-ala-kz"
DRY_RAIL = "t-ala-dry wagon_train R31 R32 R33 R35 b-bkk-wagon R36 R53 R54"
ROAD_EAST = "b-tsk C_TSK_TBS C_TBS_SRP C_SRP_IST b-srp"
GRAIN_RU = "wagon_train C_KOS_KTL C_KTL_NVS"
OIL = "tank_train C_TGZ_BEY R24 R25 t-aau-oil tanker"

WAYS: dict[str, tuple[str, str, str]] = {
    "mc_poti": ("CN_XIA", "container_general", f"{MIDDLE} {POTI} e-pti-box"),
    "mc_batumi": ("CN_XIA", "container_general", f"{MIDDLE} {BATUMI} e-bus-box"),
    "mc_constanta": ("CN_XIA", "container_general", f"{MIDDLE} {POTI} t-pti-box black_feeder:black-pti-cnd S05 {CND}"),
    "mc_batumi_constanta": (
        "CN_XIA", "container_general", f"{MIDDLE} {BATUMI} t-bus-box black_feeder:black-bus-cnd S06 {CND}",
    ),
    "mc_btk_mersin": ("CN_XIA", "container_general", f"{MIDDLE} {BTK} R47"),
    "mc_btk_istanbul": ("CN_XIA", "container_general", f"{MIDDLE} {BTK} R48"),
    "mc_kuryk_feu": ("CN_XIA", "container_general", f"{XIA_KHG} {ALTYNKOL} {KTZ} {KURYK} {AZ} {POTI} e-pti-box"),
    "kuryk_wagon": (
        "KZ_KGF", "general_rail",
        "wagon_train X_KZ_KGF R20 R21 R22 R23 R24 R26 R27 t-kur-wagon rail_ferry:ferry-kur-ala S02 b-ala-kz t-ala-wagon "
        "wagon_train R31 R32 R33 R35 b-bkk-wagon R36 R53 R54",
    ),
    "mc_krw_poti": (
        "CN_XIA", "container_general",
        f"{XIA_KHG} {ALTYNKOL} {SAR} <through-turkmenbashi-sar-ala C_SAR_CHK b-sar-tas C_CHK_FAR {TURKMEN} > {AZ} {POTI} e-pti-box",
    ),
    "tas_ist_aktau": ("UZ_TAS", "container_general", f"block_train s-tas-box C_TAS_BEY b-tas-bey R24 {AKTAU} {AZ} {BTK} R48"),
    "tas_ist_krw": (
        "UZ_TAS", "container_general", f"block_train s-tas-box <through-turkmenbashi-tas-ist R51 {TURKMEN} {AZ} {BTK} R48 >",
    ),
    "north_duisburg": (
        "CN_XIA", "container_general",
        f"north_train R02 R04 R05 R07 R14 b-ala-dos-north g-dos-north C_DOS_ILE {N_BRE}",
    ),
    "north_altynkol": (
        "CN_XIA", "container_general",
        f"north_train R02 R04 R05 R06 R08 b-khg-alt-north g-alt-north C_ALT_ILE {N_BRE}",
    ),
    "tsr_duisburg": (
        "CN_XIA", "container_general",
        "north_train C_XIA_MZL C_MZL_ZAB b-zab g-zab C_ZAB_KRA C_KRA_BRE g-bre C_BRE_MAL b-bre-mal C_MAL_DUI",
    ),
    "iran_rail_istanbul": (
        "CN_XIA", "container_general",
        f"{XIA_KHG} {ALTYNKOL} {SAR} C_SAR_CHK b-sar-tas C_CHK_FAR b-far C_FAR_SRK free-tm-ir-blocktrain g-srk C_SRK_RAZ C_RAZ_KPY b-kpy "
        "C_KPY_TAT C_TAT_IST",
    ),
    "iran_bnd_tashkent": (
        "CN_SHA", "container_general",
        "s-sha-box deep_sea C_SHA_BND t-bnd-box block_train C_BND_SRK g-srk C_FAR_SRK free-ir-tm-blocktrain R51 b-far-out",
    ),
    "truck_kuryk": (
        "KZ_ALA", "truck_general",
        f"truck C_ALA_KUR t-kur-truck ro_ro:roro-kur-ala S02 b-ala-kz t-ala-truck truck C_ALA_TSK {ROAD_EAST}",
    ),
    "truck_krw": (
        "UZ_TAS", "truck_general",
        f"truck C_TAS_FAR b-far-truck C_FAR_KRW t-krw-truck ro_ro:roro-krw-ala S03 b-ala-tm t-ala-truck truck C_ALA_TSK {ROAD_EAST}",
    ),
    "oil_btc": (
        "KZ_TGZ", "crude_oil",
        f"{OIL} C_AAU_SAN free-kz-az-tanker t-san-oil pipeline C_SAN_CEY free-az-tr-pipeline t-cey-oil tanker C_CEY_TRS free-tr-it-tanker",
    ),
    "oil_cpc": ("KZ_TGZ", "crude_oil", "pipeline C_TGZ_NVS free-kz-ru t-nvs-oil tanker C_NVS_TRS free-ru-it-tanker"),
    "oil_batumi": (
        "KZ_TGZ", "crude_oil",
        f"{OIL} C_AAU_DUB free-kz-az-tanker t-dub-oil tank_train C_DUB_BAK R56 R31 R32 R33 R35 b-bkk-wagon R36 R53 R55 e-bus-oil",
    ),
    "grain_baku": ("KZ_KOS", "grain", f"wagon_train C_KOS_BEY R24 R25 {DRY} e-ala-dry"),
    "grain_poti": ("KZ_KOS", "grain", f"wagon_train C_KOS_BEY R24 R25 {DRY} {DRY_RAIL} e-pti-dry"),
    "grain_mersin": (
        "KZ_KOS", "grain",
        f"wagon_train C_KOS_BEY R24 R25 {DRY} {DRY_RAIL} t-pti-dry dry_cargo:dry-pti-mer S10 free-ge-tr-drycargo e-mer-dry",
    ),
    "grain_novorossiysk": ("KZ_KOS", "grain", f"{GRAIN_RU} e-nvs-dry"),
    "grain_nvs_mersin": ("KZ_KOS", "grain", f"{GRAIN_RU} t-nvs-dry dry_cargo C_NVS_MER free-ru-tr-drycargo e-mer-dry"),
    "metal_poti": (
        "KZ_ZHZ", "nonferrous_metals",
        f"wagon_train R21 R22 R23 R24 R25 {DRY} {DRY_RAIL} t-pti-dry dry_cargo C_PTI_RTM free-ge-nl-drycargo",
    ),
    "metal_istanbul": (
        "KZ_ZHZ", "nonferrous_metals",
        f"wagon_train R21 R22 R23 R24 R25 {DRY} {DRY_RAIL} t-pti-dry dry_cargo:dry-pti-ist S09 free-ge-tr-drycargo",
    ),
    "metal_spb": (
        "KZ_ZHZ", "nonferrous_metals", "wagon_train C_ZHZ_KTL C_KTL_LED t-led-dry dry_cargo C_LED_RTM free-ru-nl-drycargo",
    ),
    "cku_poti": (
        "CN_XIA", "container_general",
        f"block_train C_XIA_KSH C_KSH_MAK b-mak g-mak C_MAK_AND free-kg-uz-blocktrain <through-turkmenbashi-and-ala C_AND_TAS R51 "
        f"{TURKMEN} > {AZ} {POTI} e-pti-box",
    ),
    "zangezur_mersin": (
        "CN_XIA", "container_general",
        f"{XIA_KHG} {ALTYNKOL} {KTZ} {AKTAU} R31 C_HAJ_AGB C_AGB_MEG b-meg C_MEG_NAJ free-am-az-blocktrain C_NAJ_DIL "
        "free-az-tr-blocktrain g-dil C_DIL_KSY R47",
    ),
    "mc_anaklia": (
        "CN_XIA", "container_general", f"{MIDDLE} R36 R53 C_SAM_ANA t-ana-box deep_sea C_ANA_CND b-ge-ro e-cnd-deep",
    ),
}  # fmt: skip

for _name, _arc, _to in (
    ("suez_rotterdam", "C_SHA_RTM_S", "t-rtm-box block_train C_RTM_DUI"),
    ("suez_hamburg", "C_SHA_HAM_S", "t-ham-box block_train C_HAM_DUI"),
    ("suez_piraeus", "C_SHA_PIR_S", "t-pir-box block_train C_PIR_BUD"),
    ("suez_constanta", "C_SHA_CND_S", "e-cnd-deep"),
    ("cape_rotterdam", "C_SHA_RTM_C", "t-rtm-box block_train C_RTM_DUI"),
    ("cape_piraeus", "C_SHA_PIR_C", "t-pir-box block_train C_PIR_BUD"),
    ("cape_constanta", "C_SHA_CND_C", "e-cnd-deep"),
):
    WAYS[f"sea_{_name}"] = ("CN_XIA", "container_general", f"block_train C_XIA_SHA t-sha-box deep_sea {_arc} {_to}")
