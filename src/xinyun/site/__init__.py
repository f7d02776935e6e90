"""The only place that knows everyone: settings, addresses, the servers and the command line."""
