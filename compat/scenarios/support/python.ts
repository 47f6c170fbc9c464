/**
 * What Python scripts of several scenarios share.
 *
 * @module
 */

/** Defines `server(target)`: Python's own client on a URL, or on the path of a unix socket. */
export const PYTHON_SERVER = `
import http.client, socket, xmlrpc.client

class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__('localhost')
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)

class UnixTransport(xmlrpc.client.Transport):
    def __init__(self, path):
        super().__init__()
        self.path = path

    def make_connection(self, host):
        if self._connection[1] is None:
            self._connection = host, UnixConnection(self.path)
        return self._connection[1]

def server(target):
    if target.startswith('http'):
        return xmlrpc.client.ServerProxy(target, allow_none=True)
    return xmlrpc.client.ServerProxy('http://localhost/RPC2', transport=UnixTransport(target), allow_none=True)
`;
