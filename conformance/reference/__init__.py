"""A server that keeps the contract, made of the stages that the rules obey in."""
