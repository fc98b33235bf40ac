"""What the tests share: small worlds, builders of collections, readers, and servers under ``http``."""
