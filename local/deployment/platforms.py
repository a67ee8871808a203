"""Names of platforms that compiled packages are made for, as uv and Lambda have them."""

import platform


def architecture() -> str:
    """Return this machine's processor architecture, as Lambda names it."""
    return "arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64"


def lambda_platform() -> str:
    """Return uv's name for Lambda on this machine's processor: of containers, and of functions on Linux."""
    return f"{'aarch64' if architecture() == 'arm64' else 'x86_64'}-manylinux_2_28"


def machine_platform() -> str:
    """Return uv's name for this machine."""
    here = lambda_platform()
    return here.replace("manylinux_2_28", "apple-darwin") if platform.system() == "Darwin" else here
