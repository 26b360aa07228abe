"""Between any client and any server: what they say goes through as it is, and both are judged on the side."""
