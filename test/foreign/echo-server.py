# A server of the contract's Echo service on grpcio's C core; prints its port, ends when its input does.
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import grpc

def obey(request, context):
    """Mirrors, fails or waits, as the request says."""
    context.set_trailing_metadata((("x-trail", "behind"),))
    if b"fail" in request:
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, "grüße, 100 %")
    while b"wait" in request and context.is_active():
        time.sleep(0.01)
    return request


def unary(request, context):
    context.send_initial_metadata((("x-head", "before"), ("x-head-bin", b"\x00\xff")))
    return obey(request, context)


def stream(request, context):
    for _ in range(1000):
        yield request
    obey(request, context)


def gather(requests, context):
    last = b""
    for each in requests:
        last = obey(each, context) if not last else each
    return last


def mirror(requests, context):
    for each in requests:
        yield each


handlers = {
    "Unary": grpc.unary_unary_rpc_method_handler(unary),
    "ServerStream": grpc.unary_stream_rpc_method_handler(stream),
    "ClientStream": grpc.stream_unary_rpc_method_handler(gather),
    "Bidi": grpc.stream_stream_rpc_method_handler(mirror),
}
size = 16 << 20
server = grpc.server(
    ThreadPoolExecutor(32),
    options=[("grpc.max_receive_message_length", size), ("grpc.max_send_message_length", size)],
    compression=grpc.Compression.Gzip if "gzip" in sys.argv else None,
)
server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("contract.Echo", handlers),))
print(server.add_insecure_port("127.0.0.1:0"), flush=True)
server.start()
sys.stdin.read()
server.stop(0).wait()
