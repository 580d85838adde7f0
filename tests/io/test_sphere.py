"""Coordinate systems against closed forms and against the forward formulas, done here independently."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from karvan.errors import InputError
from karvan.io import sphere


def forward(lon, lat, zone):
    """UTM easting and northing by Snyder's series (USGS PP 1395, 8-9 to 8-13), another formula than the inverse's."""
    a, flat, k0 = 6_378_137.0, 1 / 298.257223563, 0.9996
    e2 = flat * (2 - flat)
    ep2, phi = e2 / (1 - e2), math.radians(lat)
    n = a / math.sqrt(1 - e2 * math.sin(phi) ** 2)
    t, c = math.tan(phi) ** 2, ep2 * math.cos(phi) ** 2
    arc = math.radians(lon - (zone * 6 - 183)) * math.cos(phi)
    m = a * (
        (1 - e2 / 4 - 3 * e2**2 / 64 - 5 * e2**3 / 256) * phi
        - (3 * e2 / 8 + 3 * e2**2 / 32 + 45 * e2**3 / 1024) * math.sin(2 * phi)
        + (15 * e2**2 / 256 + 45 * e2**3 / 1024) * math.sin(4 * phi)
        - 35 * e2**3 / 3072 * math.sin(6 * phi)
    )
    east = k0 * n * (arc + (1 - t + c) * arc**3 / 6 + (5 - 18 * t + t**2 + 72 * c - 58 * ep2) * arc**5 / 120)
    fourth = (5 - t + 9 * c + 4 * c**2) * arc**4 / 24
    sixth = (61 - 58 * t + t**2 + 600 * c - 330 * ep2) * arc**6 / 720
    return 500_000 + east, k0 * (m + n * math.tan(phi) * (arc**2 / 2 + fourth + sixth))


@given(st.floats(-2.9, 2.9), st.floats(-79, 79), st.integers(1, 60))
def test_utm_undoes_the_forward_series(offset, lat, zone):
    x, y = forward(zone * 6 - 183 + offset, lat, zone)
    lon, found = sphere.utm(x, y + (10_000_000 if lat < 0 else 0), zone, south=lat < 0)
    assert lon - (zone * 6 - 183) == pytest.approx(offset, abs=2e-6)
    assert found == pytest.approx(lat, abs=2e-7)


@given(st.floats(-180, 180), st.floats(-85, 85))
def test_web_mercator_undoes_its_formula(lon, lat):
    x = math.radians(lon) * 6_378_137
    y = math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) * 6_378_137
    assert sphere.projection("EPSG:3857")(x, y) == (pytest.approx(lon), pytest.approx(lat, abs=1e-9))


@pytest.mark.parametrize("crs", ["4326", "EPSG:4326", "urn:ogc:def:crs:OGC:1.3:CRS84"])
def test_degrees_stay_degrees(crs):
    assert sphere.projection(crs)(60.5, 40.25) == (60.5, 40.25)


@pytest.mark.parametrize("crs", ["EPSG:32600", "EPSG:32761", "27700", "none"])
def test_unknown_systems_are_refused(crs):
    with pytest.raises(InputError, match="is not known"):
        sphere.projection(crs)


def test_a_quarter_of_a_great_circle():
    assert sphere.straight((0, 0), (90, 0)) == pytest.approx(6371.0088 * math.pi / 2)
    assert sphere.straight((0, 0), (0, 90)) == pytest.approx(6371.0088 * math.pi / 2)
