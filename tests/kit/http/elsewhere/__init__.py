"""Services elsewhere for tests: Wikidata, one to pull from, engines, one of ours that lies when told to."""
