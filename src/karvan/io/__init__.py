"""Tables to files and back: folders of CSV or Parquet, frames, Excel, GMNS, GeoJSON, scenario cards; and their faults."""
