"""The outside provider, as a stand-in on this machine: it counts what it accepts and misbehaves on request."""
