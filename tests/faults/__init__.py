"""What goes wrong on the way to an API, each case by name, against real sockets."""
