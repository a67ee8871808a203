"""CloudFormation change sets: created for review, and executed unchanged."""
