"""The outside provider, as a stand-in on this machine: it counts what it accepts and misbehaves on request.

As a process: `python -m provider_simulator --port 8025`. In a test: `with serve() as stand_in`.

| call | what |
|---|---|
| `POST /v1/send/{id}` | takes a message, or does what it was told to do instead |
| `GET /stats` | the counts since the last reset |
| `GET /accepted/{id}` | how often a message was accepted, and its first 100 calls |
| `GET /calls?since=N` | the accepted calls from number N on, at most 10,000 of them, as lines of JSON |
| `GET /leaks` | the requests that followed a redirect, and those of them that brought a token along |
| `GET /behaviour`, `PUT /behaviour` | how it behaves; see `Behaviour` |
| `POST /reset` | forgets all calls; the behaviour stays |
| `GET /health` | whether it runs |

A message needs the token, if one was set (else 401), and a valid body (else 400). With `reject_repeats`, an id that
was accepted before is answered by 409 and `{"code": 409, "message": "duplicate"}`. Faults come before these checks,
because a provider that is down does not look at what it is sent.
"""

from provider_simulator.behaviour import Behaviour, Fault
from provider_simulator.provider import Provider
from provider_simulator.server import StandIn, serve

__all__ = ["Behaviour", "Fault", "Provider", "StandIn", "serve"]
