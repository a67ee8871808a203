"""The servers of the stack: PostgreSQL, MiniStack and the provider simulator."""

import warnings

# PostgreSQL's wheel looks for a folder at import that a machine without a desktop session lacks, and does without it.
warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
