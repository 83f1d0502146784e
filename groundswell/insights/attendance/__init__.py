"""On which days everybody did an event: kept in memory a bit each, and kept right."""
