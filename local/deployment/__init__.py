"""Deploys `template.yaml` onto MiniStack with the real `sam build` and `sam deploy`."""
