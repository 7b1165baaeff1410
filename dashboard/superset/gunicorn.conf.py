"""The server of Superset's pages."""

# A page asks for some twenty answers at once, six at a time.
workers = 2
worker_class = "gthread"
threads = 8
timeout = 120
preload_app = True
control_socket_disable = True
loglevel = "error"
