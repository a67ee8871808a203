"""Prints the table of simulated providers: `python -m tests.support.providers`."""

from tests.support.providers.measurements import PROVIDERS, measure


def main() -> None:
    """Print one line for each provider."""
    print("| provider | capacity used | throttled | from the start | recovery | longest wait of another mailing |")  # noqa: T201
    print("|---|---|---|---|---|---|")  # noqa: T201
    for name, provider in PROVIDERS.items():
        result = measure(provider())
        recovery = "" if result.recovery is None else f"{result.recovery:.1f} s"
        shares = f"{result.used:.1%} | {result.throttled:.1%} | {result.throttled_from_start:.1%}"
        print(f"| {name} | {shares} | {recovery} | {result.wait:.1f} s |", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
