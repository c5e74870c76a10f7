"""Serving and calling gRPC: one server, one channel, one way to refuse."""
