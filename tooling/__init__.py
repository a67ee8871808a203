"""What all commands of the project use: installation of the tools, paths, locks, processes, errors and exit codes.

`python -m tooling.install` runs before anything is installed. It and what it imports use the standard library only.
"""
