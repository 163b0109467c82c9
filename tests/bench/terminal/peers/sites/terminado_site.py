"""terminado_site.py PORT COMMAND…: a terminal of its own for each socket, as its documentation shows."""

import sys

import terminado
import tornado.ioloop
import tornado.web

port, *command = sys.argv[1:]
terminals = terminado.UniqueTermManager(shell_command=command)
site = tornado.web.Application([("/terminal", terminado.TermSocket, {"term_manager": terminals})])
site.listen(int(port), "127.0.0.1")
tornado.ioloop.IOLoop.current().start()
