"""The services of the contract: decode, use case, encode."""
