"""Monthly cost: prints the tables of docs/cost.md from the prices and assumptions below.

Prices are the published on-demand prices of us-east-1 in November 2026, in US dollars, without free tiers except
permanent ones.
"""

from dataclasses import dataclass

HOURS = 730
MILLION = 1_000_000

ACU_HOUR = 0.12
STORAGE_GB = 0.10
IO_MILLION = 0.20
NAT_HOUR = 0.045
NAT_GB = 0.045
TRANSFER_OUT_GB = 0.09
IPV4_HOUR = 0.005
LAMBDA_GB_SECOND = 0.0000166667
LAMBDA_MILLION = 0.20
SQS_MILLION = 0.40
SQS_FREE_MILLIONS = 1
HTTP_API_MILLION = 1.00
LOGS_GB = 0.50
METRIC = 0.30
ALARM = 0.10
SECRET = 0.40
KEY = 1.00
MACHINE_CLIENT = 6.00
TOKENS_THOUSAND = 2.25
TRACES_MILLION = 5.00
FREE_TRACES = 100_000

# Measured: benchmarks/, and the log lines of the demo. Assumed: a provider that answers in 200 ms.
BATCH = 10
SENDER_SECONDS_A_BATCH = 0.256
SENDER_GB = 0.5
TICK_SECONDS = 0.3
TICK_GB = 1.0
LOG_BYTES_A_MESSAGE = 700
# Measured: an idle tick writes nothing to the database. Assumed: one I/O a tick, for what runs daily.
IOS_A_TICK = 1
LOG_BYTES_A_TICK = 1_000
# With 190 bytes for the text as sent (docs/decisions/0061-history-of-a-person.md).
STORED_BYTES_A_MESSAGE = 790
WIRE_BYTES_A_MESSAGE = 2_500
IOS_A_MESSAGE = 10
MESSAGES_A_SECOND = 500
BUSY_ACUS = 4
IDLE_ACUS = 0.5
API_CALLS_MILLIONS = 0.1
# X-Ray's default: the first invocation of each second, and a share of the others.
TRACED_SHARE = 0.05
# Those of the functions, by the service that emits them, and the alarms of a stack with its own database.
METRICS = 30
ALARMS = 23
# The database's, the provider's token, the key of erasures, and that of receipts.
SECRETS = 4
# A machine keeps its token for the hour for which it is valid.
MACHINE_CLIENTS = 1


@dataclass(frozen=True)
class Item:
    """A line of the bill."""

    what: str
    fixed: float
    per_million: float

    def cost(self, millions: float) -> float:
        """Return the cost of a month in dollars."""
        return self.fixed + self.per_million * millions


def items() -> list[Item]:
    """Return the lines of the bill."""
    busy_hours = MILLION / MESSAGES_A_SECOND / 3600
    batches = 1 / BATCH
    ticks = HOURS * 60
    idle_traces = ticks + API_CALLS_MILLIONS * MILLION
    traces = busy_hours * 3600 + TRACED_SHARE * (batches * MILLION - busy_hours * 3600)
    return [
        Item("Aurora, capacity", IDLE_ACUS * HOURS * ACU_HOUR, (BUSY_ACUS - IDLE_ACUS) * busy_hours * ACU_HOUR),
        Item(
            "Aurora, I/O and storage",
            ticks * IOS_A_TICK / MILLION * IO_MILLION,
            IOS_A_MESSAGE * IO_MILLION + STORED_BYTES_A_MESSAGE / 1000 * STORAGE_GB,
        ),
        Item(
            "NAT gateway, address, traffic",
            HOURS * (NAT_HOUR + IPV4_HOUR),
            WIRE_BYTES_A_MESSAGE / 1000 * (NAT_GB + TRANSFER_OUT_GB / 2),
        ),
        Item(
            "Lambda",
            ticks * TICK_SECONDS * TICK_GB * LAMBDA_GB_SECOND,
            batches * (MILLION * SENDER_SECONDS_A_BATCH * SENDER_GB * LAMBDA_GB_SECOND + LAMBDA_MILLION),
        ),
        Item("SQS", 0, 3 * batches * SQS_MILLION),
        Item("API Gateway", API_CALLS_MILLIONS * HTTP_API_MILLION, 0),
        Item("Logs", ticks * LOG_BYTES_A_TICK / 1e9 * LOGS_GB, LOG_BYTES_A_MESSAGE / 1000 * LOGS_GB),
        Item(
            "Traces",
            max(0, idle_traces - FREE_TRACES) / MILLION * TRACES_MILLION,
            traces / MILLION * TRACES_MILLION,
        ),
        Item(
            "Cognito, machine client and its tokens",
            MACHINE_CLIENTS * (MACHINE_CLIENT + HOURS / 1000 * TOKENS_THOUSAND),
            0,
        ),
        Item("Metrics, alarms, secrets, key", METRICS * METRIC + ALARMS * ALARM + SECRETS * SECRET + KEY, 0),
    ]


def beside_lambda() -> float:
    """Return the cost of a million messages besides Lambda, database and NAT gateway: queue and logs."""
    return sum(item.per_million for item in items() if item.what in {"SQS", "Logs"})


def table(volumes: tuple[float, ...] = (0, 1, 100)) -> str:
    """Return the bill as Markdown, by volume in millions of messages a month."""
    bill = items()
    rows = [[item.what, *(f"{item.cost(volume):,.2f}" for volume in volumes)] for item in bill]
    total = ["**Together**", *(f"**{sum(item.cost(volume) for item in bill):,.2f}**" for volume in volumes)]
    head = ["$ a month", *(f"{volume:g} million" if volume else "no messages" for volume in volumes)]
    lines = [head, ["---", *("---:" for _ in volumes)], *rows, total]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    print(table())
