"""Operations on a deployed stack, on AWS or on MiniStack: users, logs, restore, report, site, checks, changed code.

Every function uses the AWS account of its environment variables. `python -m ops` has the commands for AWS.
"""
