"""Looking for what no one thought of: random documents, and random sequences. Nothing found here certifies anything."""
