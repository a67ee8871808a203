"""Records of what happened: the audit log."""
