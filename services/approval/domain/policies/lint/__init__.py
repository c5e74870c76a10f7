"""What must hold of a policy before it is published: one module a subject, each with the sentences it can say."""
