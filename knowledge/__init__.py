"""The article, what may be said of it, and how a message finds its passage."""
