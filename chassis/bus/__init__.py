"""Facts on NATS JetStream: publishing, and durable subscriptions whose effect commits with the mark that they were heard."""
