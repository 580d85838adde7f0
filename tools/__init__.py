"""Programs that build what ships, from its sources."""
