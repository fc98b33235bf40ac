"""The commands of ``kembar`` that ask the current release."""
