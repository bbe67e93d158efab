"""The application for Granian, whose `receive` and `send` return futures, and no
coroutines as asyncio's tasks take."""

from planner.server import asgi


async def application(scope, receive, send):
    async def own_receive():
        return await receive()

    async def own_send(message):
        await send(message)

    await asgi.application(scope, own_receive, own_send)
