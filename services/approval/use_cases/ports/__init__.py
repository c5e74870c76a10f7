"""What the use cases need of the world: repositories, the unit of work, files, permissions."""
