"""What can be asked of this service, one function a verb."""
