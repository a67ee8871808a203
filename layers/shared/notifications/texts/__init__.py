"""Message texts: placeholders, SMS parts, and text made safe to store and show."""
