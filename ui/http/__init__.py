"""The web server: who is asking, what leaves the page, and the page itself."""
