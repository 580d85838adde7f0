"""Great circles on the mean sphere."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from karvan.network.geodesy import RADIUS_KM, great_circle

LAT, LON = st.floats(-90, 90), st.floats(-180, 180)


def test_quarters_of_the_earth() -> None:
    quarter = math.pi / 2 * RADIUS_KM
    assert great_circle(0, 0, 0, 90) == pytest.approx(quarter)
    assert great_circle(0, 17, 90, 120) == pytest.approx(quarter)
    assert great_circle(45, 0, -45, 180) == pytest.approx(2 * quarter)
    assert great_circle(10, 179, 10, -179) == pytest.approx(great_circle(10, 0, 10, 2))


@given(LAT, LON, LAT, LON)
def test_by_the_angle_between_unit_vectors(lat: float, lon: float, other_lat: float, other_lon: float) -> None:
    def vector(lat: float, lon: float) -> tuple[float, float, float]:
        a, b = math.radians(lat), math.radians(lon)
        return math.cos(a) * math.cos(b), math.cos(a) * math.sin(b), math.sin(a)

    u, v = vector(lat, lon), vector(other_lat, other_lon)
    cross = math.hypot(u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0])
    angle = math.atan2(cross, sum(a * b for a, b in zip(u, v, strict=True)))
    assert great_circle(lat, lon, other_lat, other_lon) == pytest.approx(angle * RADIUS_KM, abs=1e-3)
    assert great_circle(lat, lon, other_lat, other_lon) == pytest.approx(great_circle(other_lat, other_lon, lat, lon))
