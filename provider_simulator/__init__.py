"""An SMS provider for tests that records messages, sends receipts and replies, and plays faults; see README.md.

As a process: `python -m provider_simulator --port 8025`. In a test: `with serve() as simulator`.
"""

from provider_simulator.behaviour import Behaviour, Fault
from provider_simulator.callbacks.settings import ReceiptBehaviour, ReceiptFault, ReplyBehaviour, Targets
from provider_simulator.provider import Provider
from provider_simulator.server import Simulator, serve

__all__ = [
    "Behaviour",
    "Fault",
    "Provider",
    "ReceiptBehaviour",
    "ReceiptFault",
    "ReplyBehaviour",
    "Simulator",
    "Targets",
    "serve",
]
