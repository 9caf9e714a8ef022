"""Makes the gate's classifier; needs the extra `training`, and nothing of it runs in the coach."""
