"""Places on the sphere: coordinate systems to longitude and latitude, and the straight distance.

Sources: for UTM, Karney, Transverse Mercator with an accuracy of a few nanometers (2011), after Krueger; EPSG for codes.
"""

import math
import re
from collections.abc import Callable

from karvan.errors import InputError

Project = Callable[[float, float], tuple[float, float]]
"""From x and y to longitude and latitude in degrees, WGS 84."""


def projection(crs: str) -> Project:
    """From x and y to longitude and latitude in degrees."""
    code = re.sub(r"\D", "", crs.rsplit(":", 1)[-1])
    if code == "4326" or crs.upper().endswith("CRS84"):
        return lambda x, y: (x, y)
    if code == "3857":
        return _web
    zone = re.fullmatch(r"32([67])(\d\d)", code)
    if zone and 1 <= int(zone[2]) <= 60:
        return lambda x, y: utm(x, y, int(zone[2]), south=zone[1] == "7")
    cure = (
        "give EPSG:4326, EPSG:3857 or a UTM zone of WGS 84 (EPSG:32601 to 32660, 32701 to 32760), or convert it first"
    )
    raise InputError(f"the coordinate system {crs!r} is not known", cure=cure)


def _web(x: float, y: float) -> tuple[float, float]:
    radius = 6_378_137.0
    return math.degrees(x / radius), math.degrees(math.atan(math.sinh(y / radius)))


def utm(x: float, y: float, zone: int, *, south: bool = False) -> tuple[float, float]:
    """Longitude and latitude (degrees, WGS 84) of a place in a UTM zone, by Krueger's series to the third order.

    >>> lon, lat = utm(500_000, 0, 31)
    >>> round(lon, 9), round(lat, 9)
    (3.0, 0.0)
    """
    flat = 1 / 298.257223563
    n = flat / (2 - flat)
    scale = 0.9996 * 6_378_137.0 / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    north, east = (y - (10_000_000 if south else 0)) / scale, (x - 500_000) / scale
    beta = (n / 2 - 2 * n**2 / 3 + 37 * n**3 / 96, n**2 / 48 + n**3 / 15, 17 * n**3 / 480)
    delta = (2 * n - 2 * n**2 / 3 - 2 * n**3, 7 * n**2 / 3 - 8 * n**3 / 5, 56 * n**3 / 15)
    xi = north - sum(b * math.sin(2 * k * north) * math.cosh(2 * k * east) for k, b in enumerate(beta, start=1))
    eta = east - sum(b * math.cos(2 * k * north) * math.sinh(2 * k * east) for k, b in enumerate(beta, start=1))
    chi = math.asin(math.sin(xi) / math.cosh(eta))
    lat = chi + sum(d * math.sin(2 * k * chi) for k, d in enumerate(delta, start=1))
    lon = math.radians(zone * 6 - 183) + math.atan2(math.sinh(eta), math.cos(xi))
    return math.degrees(lon), math.degrees(lat)


def straight(one: tuple[float, float], two: tuple[float, float]) -> float:
    """Great circle in km between two longitudes and latitudes."""
    a, b = math.radians(one[1]), math.radians(two[1])
    h = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(two[0] - one[0]) / 2) ** 2
    return 2 * 6371.0088 * math.asin(math.sqrt(min(1.0, h)))
