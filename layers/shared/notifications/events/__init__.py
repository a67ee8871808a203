"""The audit log: who changed what, and when. And the times in which messages were held."""
