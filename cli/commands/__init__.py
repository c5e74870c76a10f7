"""The commands, one module a group; pyproject names each group and each single command as an entry point."""
