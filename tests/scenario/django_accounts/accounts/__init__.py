"""A user model of the site's own."""
