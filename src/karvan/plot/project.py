"""The map's projection: Albers' equal-area conic on a sphere, and lines along great circles."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
EARTH_KM = 6371.0088


@dataclass(frozen=True)
class Albers:
    """Equal-area conic with two standard parallels (Snyder, Map Projections: a Working Manual, 1987, section 14).

    ``scale`` is pixels per km at the standard parallels; the centre is at pixel (``x``, ``y``). Angles in degrees.

    >>> Albers(lon=55, lat=44, south=38, north=50)(np.array([[55.0, 44.0]])).round(6).tolist()
    [[0.0, 0.0]]
    """

    lon: float = 55.0
    lat: float = 44.0
    south: float = 36.0
    north: float = 52.0
    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def __call__(self, places: Points) -> Points:
        """Pixels (right, down) of rows of (longitude, latitude)."""
        n = (math.sin(math.radians(self.south)) + math.sin(math.radians(self.north))) / 2
        c = math.cos(math.radians(self.south)) ** 2 + 2 * n * math.sin(math.radians(self.south))
        phi = np.radians(places[:, 1])
        rho = np.sqrt(np.maximum(c - 2 * n * np.sin(phi), 0)) / n
        rho0 = math.sqrt(c - 2 * n * math.sin(math.radians(self.lat))) / n
        theta = n * np.radians(places[:, 0] - self.lon)
        size = EARTH_KM * self.scale
        return np.column_stack([self.x + size * rho * np.sin(theta), self.y - size * (rho0 - rho * np.cos(theta))])


def framed(west: float, east: float, south: float, north: float, size: tuple[float, float]) -> Albers:
    """The projection that fits a box of degrees into ``size`` pixels, centred."""
    middle = Albers(lon=(west + east) / 2, lat=(south + north) / 2, south=south, north=north)
    lons, lats = np.meshgrid(np.linspace(west, east, 25), np.linspace(south, north, 9))
    spots = middle(np.column_stack([lons.ravel(), lats.ravel()]))
    low, high = spots.min(axis=0), spots.max(axis=0)
    scale = min(size[0] / (high[0] - low[0]), size[1] / (high[1] - low[1]))
    centre = (low + high) / 2 * scale
    return Albers(
        middle.lon, middle.lat, south, north, scale, size[0] / 2 - float(centre[0]), size[1] / 2 - float(centre[1])
    )


def great_circle(start: tuple[float, float], end: tuple[float, float], step_deg: float = 3.0) -> Points:
    """Points (longitude, latitude) along the shortest way between two places, both ends included.

    >>> great_circle((0.0, 0.0), (90.0, 0.0), 45.0).round(6).tolist()
    [[0.0, 0.0], [45.0, 0.0], [90.0, 0.0]]
    """
    a, b = (_unit(*place) for place in (start, end))
    angle = math.acos(float(np.clip(a @ b, -1, 1)))
    if angle < 1e-9:
        return np.array([start, end])
    share = np.linspace(0, 1, max(1, math.ceil(math.degrees(angle) / step_deg)) + 1)
    way = (np.outer(np.sin((1 - share) * angle), a) + np.outer(np.sin(share * angle), b)) / math.sin(angle)
    lats = np.degrees(np.arcsin(np.clip(way[:, 2], -1, 1)))
    return np.column_stack([np.degrees(np.arctan2(way[:, 1], way[:, 0])), lats])


def _unit(lon: float, lat: float) -> Points:
    lam, phi = math.radians(lon), math.radians(lat)
    return np.array([math.cos(phi) * math.cos(lam), math.cos(phi) * math.sin(lam), math.sin(phi)])
