"""The corridors, cards and studies that ship with Karvan; they work offline."""
