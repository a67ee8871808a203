"""Parts that all commands of the project share: installation of tools, paths, locks, processes, errors, exit codes.

`python -m tooling.install` runs before anything is installed. It imports nothing but the standard library.
"""
