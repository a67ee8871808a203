"""An SMS provider for tests that records accepted messages and plays faults on request; see README.md.

As a process: `python -m provider_simulator --port 8025`. In a test: `with serve() as simulator`.
"""

from provider_simulator.behaviour import Behaviour, Fault
from provider_simulator.provider import Provider
from provider_simulator.server import Simulator, serve

__all__ = ["Behaviour", "Fault", "Provider", "Simulator", "serve"]
