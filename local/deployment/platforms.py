"""Platform names of uv and of Lambda, which select compiled packages."""

import platform


def architecture() -> str:
    """Return Lambda's name for this machine's processor architecture."""
    return "arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64"


def lambda_platform() -> str:
    """Return uv's name for Lambda on this machine's processor, for containers and for Linux."""
    return f"{'aarch64' if architecture() == 'arm64' else 'x86_64'}-manylinux_2_28"


def machine_platform() -> str:
    """Return uv's name for this machine."""
    here = lambda_platform()
    return here.replace("manylinux_2_28", "apple-darwin") if platform.system() == "Darwin" else here
