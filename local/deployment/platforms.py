"""What compiled packages are for: a processor and a system, by the names that uv has for them."""

import platform

ARM = ("arm64", "aarch64")


def architecture() -> str:
    """This machine's processor, as Lambda calls it."""
    return "arm64" if platform.machine() in ARM else "x86_64"


def of_lambda() -> str:
    """Lambda on this machine's processor: containers, and functions on Linux."""
    return f"{'aarch64' if architecture() == 'arm64' else 'x86_64'}-manylinux_2_28"


def of_this_machine() -> str:
    """This machine itself."""
    if platform.system() == "Darwin":
        return f"{'aarch64' if architecture() == 'arm64' else 'x86_64'}-apple-darwin"
    return of_lambda()
