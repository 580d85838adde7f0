"""Results as pictures: pure functions from frames to SVG, in the look of docs/design (one theme, two text sizes)."""
