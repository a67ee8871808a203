"""Deploys `template.yaml` onto MiniStack by the real `sam build` and `sam deploy`."""
