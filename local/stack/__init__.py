"""The life of the stack: up, status, down, and the description of a running one in `stack.json`."""
