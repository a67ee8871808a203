"""What the functions share: the pure rules, the rows they work on, and the use cases above both."""
