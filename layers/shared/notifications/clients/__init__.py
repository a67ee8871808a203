"""The client base: phones, tags, attributes, audience, import."""
