"""Change sets of CloudFormation: what is reviewed is what is executed."""
