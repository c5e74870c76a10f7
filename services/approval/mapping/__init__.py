"""Messages of the contract into what the domain says, and back."""
