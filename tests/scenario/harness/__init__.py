"""What the scenarios share: the server under test, a raw client, a probe's journal, deadlines."""
