"""Speech recognition engines behind one Protocol."""
