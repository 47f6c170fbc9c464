"""A web server that counts its visits in PostgreSQL. Its argument is the port."""

import asyncio
import signal
import sys

import asyncpg
import tornado.web


class Home(tornado.web.RequestHandler):
    async def get(self):
        database, port = self.application.settings["database"], self.application.settings["port"]
        await database.execute("INSERT INTO visits (server) VALUES ($1)", port)
        visits = await database.fetchval("SELECT count(*) FROM visits")
        self.write(f"visit {visits}, by the server on port {port}\n")


class Jobs(tornado.web.RequestHandler):
    async def post(self):
        kind = self.request.body.decode()
        await self.application.settings["database"].execute("INSERT INTO jobs (kind) VALUES ($1)", kind)
        self.write("ok\n")


class Health(tornado.web.RequestHandler):
    async def get(self):
        await self.application.settings["database"].execute("SELECT 1")
        self.write("ok\n")


async def main(port):
    database = await asyncpg.create_pool(host="/run/shop", user="shop", database="postgres", min_size=1, max_size=4)
    routes = [("/", Home), ("/jobs", Jobs), ("/health", Health)]
    tornado.web.Application(routes, database=database, port=port).listen(int(port), "127.0.0.1")
    asked_to_stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asked_to_stop.set)
    await asked_to_stop.wait()


asyncio.run(main(sys.argv[1]))
