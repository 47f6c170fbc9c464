"""Works off the table of jobs. A job that it does not know ends it, with status 3."""

import asyncio
import sys

import asyncpg

NEXT = "DELETE FROM jobs WHERE id = (SELECT min(id) FROM jobs) RETURNING kind"


async def main():
    database = await asyncpg.connect(host="/run/shop", user="shop", database="postgres")
    while True:
        kind = await database.fetchval(NEXT)
        if kind is None:
            await asyncio.sleep(0.2)
        elif kind == "greet":
            print("worker: hello", flush=True)
        else:
            print(f"worker: no such kind of job: {kind}", flush=True)
            sys.exit(3)


asyncio.run(main())
