"""Front ends of the coach: browser, HTTP and terminal. No coaching logic lives here."""
