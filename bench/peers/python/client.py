# Python's grpc.aio client as it comes, with the same loop as the clients in Node: each call timed, its answer looked at.
import asyncio
import json
import resource
import sys
import time

import grpc
from job import job, say

unary, stream = job(sys.argv[3])
summary = unary["answer"].plan.summary


def cpu_us():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return (usage.ru_utime + usage.ru_stime) * 1e6


async def many(plan, calls, concurrency):
    latencies = [0.0] * calls
    begun = 0
    errors = []

    async def worker():
        nonlocal begun
        # After an error the row is void: no need to go on.
        while begun < calls and not errors:
            at = begun
            begun += 1
            started = time.perf_counter()
            reply = await plan(unary["request"])
            if reply.plan.summary != summary:
                raise ValueError("the answer is not the one of the job")
            latencies[at] = time.perf_counter() - started

    async def counted():
        try:
            await worker()
        except Exception as error:
            errors.append(str(error))

    await asyncio.gather(*(counted() for _ in range(concurrency)))
    return errors, latencies if concurrency == 1 else []


async def one_stream(stream_plan, messages):
    came = 0
    try:
        async for _ in stream_plan(stream["request"]):
            came += 1
    except Exception as error:
        return [str(error)], []
    return [] if came == messages else [f"{came} messages came, not {messages}"], []


def method(make, part):
    return make(
        part["path"],
        request_serializer=part["Request"].SerializeToString,
        response_deserializer=part["Response"].FromString,
    )


async def main():
    async with grpc.aio.insecure_channel(f"127.0.0.1:{sys.argv[1]}") as channel:
        plan = method(channel.unary_unary, unary)
        stream_plan = method(channel.unary_stream, stream)
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            request = json.loads(line)
            cpu, started = cpu_us(), time.perf_counter()
            if request["op"] == "stream":
                errors, latencies = await one_stream(stream_plan, request["messages"])
            else:
                errors, latencies = await many(plan, request["calls"], request["concurrency"])
            say(
                {
                    "elapsedMs": (time.perf_counter() - started) * 1e3,
                    "cpuUs": cpu_us() - cpu,
                    "errors": len(errors),
                    "firstError": errors[0] if errors else "",
                    "latenciesUs": [round(seconds * 1e6, 1) for seconds in latencies],
                }
            )


asyncio.run(main())
