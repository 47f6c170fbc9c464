const http = require('node:http');

const server = http.createServer((request, response) => {
  response.end(request.url === '/healthz' ? 'ok\n' : `hello from ${process.pid}\n`);
});

server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening'));

// Requests that are under way are answered; idle connections are closed.
process.on('SIGTERM', () => {
  server.close(() => console.log('closed'));
  server.closeIdleConnections();
});
