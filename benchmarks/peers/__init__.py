"""The same jobs written with other tools, as a team that knows the tools would write them.

Their code runs in the tools' own environment (`.local/tools/peers`) and imports only this package of the project. The
code that starts and measures them runs in the project's environment.
"""
