"""Send windows, time zones and forecasts: pure functions of time."""
