"""What a person or a pipeline does to a deployed stack, on AWS or on MiniStack: users, logs, restore, the admin site.

Every function works on the AWS account that the environment gives it; `python -m ops` has the commands for AWS.
"""
