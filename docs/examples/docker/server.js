const { createServer } = require('node:http');

const server = createServer((_request, response) => response.end('hello\n'));
server.listen(8080, () => console.log('listening'));
process.on('SIGTERM', () => server.close());
