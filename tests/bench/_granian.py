"""The application for Granian, whose `receive` and `send` are no coroutine functions,
as a2wsgi takes them to be."""

from planner import asgi


async def application(scope, receive, send):
    async def own_receive():
        return await receive()

    async def own_send(message):
        await send(message)

    await asgi.application(scope, own_receive, own_send)
