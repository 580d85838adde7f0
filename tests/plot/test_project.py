"""The projection against the standard's worked example and its own laws."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from karvan.plot.project import EARTH_KM, Albers, framed, great_circle

LON, LAT = st.floats(-20, 150), st.floats(-40, 75)


def test_snyders_worked_example() -> None:
    # Snyder 1987, page 291: sphere of radius 1, parallels 29.5 and 45.5, origin 23 N 96 W; 35 N 75 W is
    # x = 0.2952720, y = 0.2416774.
    maker = Albers(lon=-96, lat=23, south=29.5, north=45.5, scale=1 / EARTH_KM)
    x, y = maker(np.array([[-75.0, 35.0]]))[0]
    assert (x, -y) == pytest.approx((0.2952720, 0.2416774), abs=5e-7)


@given(LON, LAT)
def test_areas_are_kept(lon: float, lat: float) -> None:
    size = 0.01
    corners = np.array([[lon, lat], [lon + size, lat], [lon + size, lat + size], [lon, lat + size]])
    x, y = Albers()(corners).T
    drawn = abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2
    rad = math.radians(size)
    true = EARTH_KM**2 * rad * abs(math.sin(math.radians(lat + size)) - math.sin(math.radians(lat)))
    assert drawn == pytest.approx(true, rel=1e-3)


def test_a_frame_fits_its_pixels() -> None:
    to = framed(25, 85, 36, 52, (784, 500))
    edge = np.array([[lon, lat] for lon in np.linspace(25, 85, 60) for lat in (36, 44, 52)])
    x, y = to(edge).T
    assert (x.min(), x.max()) == pytest.approx((0, 784), abs=1.5)
    assert y.min() >= 0
    assert y.max() <= 500
    assert (y.min() + y.max()) / 2 == pytest.approx(250, abs=1.5)


@given(LON, LAT, LON, LAT)
def test_a_great_circle_is_as_long_as_the_haversine(a: float, b: float, c: float, d: float) -> None:
    points = np.radians(great_circle((a, b), (c, d), 2.0))
    assert np.degrees(points[[0, -1]]) == pytest.approx(np.array([[a, b], [c, d]]), abs=1e-6)
    lam, phi = points.T
    inner = np.sin(np.diff(phi) / 2) ** 2 + np.cos(phi[1:]) * np.cos(phi[:-1]) * np.sin(np.diff(lam) / 2) ** 2
    length = float((2 * np.arcsin(np.sqrt(inner))).sum())
    la, fa, lb, fb = (math.radians(value) for value in (a, b, c, d))
    whole = math.acos(min(1.0, math.sin(fa) * math.sin(fb) + math.cos(fa) * math.cos(fb) * math.cos(lb - la)))
    assert length == pytest.approx(whole, abs=1e-6)
