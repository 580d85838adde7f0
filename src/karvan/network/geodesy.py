"""Distances on the earth."""

import math

RADIUS_KM = 6371.0088
"""Mean radius of the earth (IUGG)."""


def great_circle(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Great-circle distance in km between two places in degrees, by the haversine formula on the mean sphere.

    >>> round(great_circle(43.60, 51.22, 39.97, 49.43))
    430
    """
    a, b = math.radians(lat), math.radians(other_lat)
    across = math.radians(other_lon - lon)
    h = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(across / 2) ** 2
    return 2 * RADIUS_KM * math.asin(min(1.0, math.sqrt(h)))
