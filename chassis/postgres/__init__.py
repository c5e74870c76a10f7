"""The database under every service: engine, migrations, the tables all services share, pages bound to their query."""
