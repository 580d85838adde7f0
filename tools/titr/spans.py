"""Hours of sections: the stack gives them for long spans, the network needs them by section.

A span's moving hours go by length; its standing hours stand where they are known to (Almaty, the port yards), the rest by
length too. What its P90 has above its mean is spread so that the variances of the sections add up to that of the span:
by the root of each section's share of the mean.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from tools.titr.book import Stack


@dataclass(frozen=True)
class Span:
    """Least, mean and P90 hours of a stretch, and the part of the mean spent standing."""

    least: float
    mean: float
    p90: float
    wait: float

    def part(self, share: float, extra: float = 0.0) -> "Span":
        """So much of the span, and hours of standing that belong to this part alone."""
        mean = self.mean * share + extra
        excess = (self.p90 - self.mean) * math.sqrt(mean / self.mean)
        return Span(self.least * share, mean, mean + excess, self.wait * share + extra)

    @property
    def cells(self) -> dict[str, float]:
        """As cells of the table links."""
        names = ("hours_min", "hours", "hours_p90", "wait_h")
        return {
            name: round(value, 2)
            for name, value in zip(names, (self.least, self.mean, self.p90, self.wait), strict=True)
        }


KTZ_KM = 3282.0
"""Altynkol to Aktau over the network's own sections, by the old line through Almaty."""
STANDING = {"R52": 20.0, "R25": 12.0, "R27": 13.6}
"""Hours that trains stand at Almaty, in the yard of Aktau port and in that of Kuryk."""
AZ_KM, GE_KM, BTK_KM = 429.0, 349.0, 232.0
CN_KM, KHG_H, ALA_H = 2959.0, 10.7, 2.7


def of_arc(stack: Stack, arc: str) -> Span:
    """The span of one arc of the stack."""
    tech, mean, p90, wait, _ = stack[arc].hours
    return Span(tech, mean, p90, min(wait, mean))


def sections(stack: Stack, km: Callable[[str], float]) -> dict[str, Span]:
    """The hours of all sections of the tables of facts; ``km`` tells their lengths."""
    found = {**_china(stack, km), **_caucasus(stack, km), **_turkey(stack, km)}
    found |= {name: Span(0.3, 0.5, 1.0, 0.2) for name in ("R08", "R14")}
    found |= {"R50": of_arc(stack, "trk_far_krw"), "R51": of_arc(stack, "uti_tas_far")}
    found |= {
        "S01": of_arc(stack, "fdr_aau_ala"),
        "S02": of_arc(stack, "fry_kur_feu"),
        "S03": of_arc(stack, "fry_krw_feu"),
    }
    found |= {"S04": Span(22, 24, 40, 3), "S05": Span(56, 56, 70, 0), "S06": Span(58, 60, 76, 2)}
    found |= {
        "S07": Span(60, 60, 76, 0),
        "S08": Span(58, 58, 74, 0),
        "S09": Span(55, 55, 70, 0),
        "S10": Span(120, 130, 160, 6),
    }
    return found


def kazakh(stack: Stack, link: str, km: float) -> Span:
    """The hours of a section of KTZ, at the pace of Altynkol-Aktau."""
    whole = of_arc(stack, "ktz_alt_aau")
    stood = STANDING["R52"] + STANDING["R25"]
    free = Span(whole.least, whole.mean - stood, whole.p90 - stood, whole.wait - stood)
    part = free.part(km / KTZ_KM)
    extra = STANDING.get(link, 0.0)
    mean = part.mean + extra
    excess = (whole.p90 - whole.mean) * math.sqrt(mean / whole.mean)
    return Span(part.least, mean, mean + excess, part.wait + extra)


def chinese(stack: Stack, km: float) -> Span:
    """The hours of a Chinese section, at the pace of Xi'an-Jinghe."""
    whole = of_arc(stack, "cn_xia_khg")
    common = Span(66.0, whole.mean - KHG_H, 0.0, whole.wait - 2)
    mean = common.mean * km / CN_KM
    excess = (whole.p90 - whole.mean) * math.sqrt(mean / whole.mean)
    return Span(common.least * km / CN_KM, mean, mean + excess, common.wait * km / CN_KM)


def _china(stack: Stack, km: Callable[[str], float]) -> dict[str, Span]:
    found = {name: chinese(stack, km(name)) for name in ("R01", "R02", "R03", "R04", "R05")}
    return found | {"R06": Span(6.0, KHG_H, 22.1, 1.5), "R07": Span(2.0, ALA_H, 8.4, 0.5)}


def _caucasus(stack: Stack, km: Callable[[str], float]) -> dict[str, Span]:
    az, poti, akh = of_arc(stack, "ady_ala_bkk"), of_arc(stack, "gr_grd_pti"), of_arc(stack, "gr_grd_akh")
    found = {name: az.part(km(name) / AZ_KM) for name in ("R31", "R32", "R33", "R56")}
    found |= {name: poti.part(km(name) / GE_KM) for name in ("R36", "R53", "R54")}
    found |= {name: akh.part(km(name) / BTK_KM) for name in ("R40", "R41")}
    batumi = of_arc(stack, "gr_grd_bus")
    shared = found["R36"].mean + found["R53"].mean
    found["R55"] = batumi.part((batumi.mean - shared) / batumi.mean)
    return found | {"R35": Span(0.7, 1.0, 2.0, 0.0), "R43": Span(0.6, 1.0, 2.0, 0.2)}


def _turkey(stack: Stack, km: Callable[[str], float]) -> dict[str, Span]:
    mersin = of_arc(stack, "tcdd_mer")
    found = {"R47": mersin, "R48": of_arc(stack, "tcdd_ist")}
    found |= {name: mersin.part(km(name) / mersin_km(stack)) for name in ("R45", "R46")}
    return found | {"R44": Span(2.0, 3.0, 6.0, 0.0), "R49": Span(6.0, 8.0, 14.0, 2.0)}


def mersin_km(stack: Stack) -> float:
    """Length of Kars-Mersin."""
    return stack["tcdd_mer"].km
