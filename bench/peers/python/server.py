# Python's grpc.aio server as it comes.
import asyncio
import os
import resource
import sys
import threading

import grpc
from job import job, say

unary, stream = job(sys.argv[2])
length = int(sys.argv[1])


async def plan(request, context):
    return unary["answer"]


async def stream_plan(request, context):
    for _ in range(length):
        yield stream["answer"]


def answer_driver():
    # The driver is there as long as stdin is: the process ends with it.
    for _ in sys.stdin:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        say({"cpuUs": (usage.ru_utime + usage.ru_stime) * 1e6})
    os._exit(0)


def named(part):
    return part["path"].rsplit("/", 1)[1]


async def main():
    server = grpc.aio.server()
    handlers = {
        named(unary): grpc.unary_unary_rpc_method_handler(
            plan, unary["Request"].FromString, unary["Response"].SerializeToString
        ),
        named(stream): grpc.unary_stream_rpc_method_handler(
            stream_plan, stream["Request"].FromString, stream["Response"].SerializeToString
        ),
    }
    service = unary["path"].split("/")[1]
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, handlers),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    say({"port": port})
    threading.Thread(target=answer_driver, daemon=True).start()
    await server.wait_for_termination()


asyncio.run(main())
