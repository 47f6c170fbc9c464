// A web server on the unix socket named on its command line; it answers with its name.
const { createServer } = require('node:http');
const { rmSync } = require('node:fs');

const socket = process.argv[2];
rmSync(socket, { force: true });
const server = createServer((request, response) => {
  console.log(`${request.method} ${request.url}`);
  response.end(`${process.env.SUPERVISOR_PROCESS_NAME} of group ${process.env.SUPERVISOR_GROUP_NAME}\n`);
});
server.listen(socket, () => console.log(`listening on ${socket}`));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
