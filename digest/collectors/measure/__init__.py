"""Sources of figures: Prometheus, SQL, tables in files, HTTP endpoints and commands."""
