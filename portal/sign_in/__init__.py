"""Who is there: signing in at the OpenID Connect provider, the session, and proof that a post comes from our own page."""
