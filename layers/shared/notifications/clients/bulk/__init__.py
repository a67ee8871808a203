"""Changes of many clients, as jobs: tags added and removed, clients deleted, a tag removed from all its clients."""
