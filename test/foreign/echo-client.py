# The contract's Echo service as grpcio's C core sees it; argument: host and port. Prints "ok".
import sys
from concurrent.futures import ThreadPoolExecutor

import grpc

size = 16 << 20
channel = grpc.insecure_channel(
    sys.argv[1], options=[("grpc.max_receive_message_length", size), ("grpc.max_send_message_length", size)]
)
raw = {"request_serializer": lambda b: b, "response_deserializer": lambda b: b}
unary = channel.unary_unary("/contract.Echo/Unary", **raw)
server_stream = channel.unary_stream("/contract.Echo/ServerStream", **raw)
client_stream = channel.stream_unary("/contract.Echo/ClientStream", **raw)
bidi = channel.stream_stream("/contract.Echo/Bidi", **raw)


def varint(n):
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def text(value):
    return b"\x0a" + varint(len(value.encode())) + value.encode()


def number(n):
    return b"\x18" + varint(n) if n else b""


def code_of(call):
    try:
        call()
    except grpc.RpcError as error:
        return error.code()
    return None


# metadata, both ways, ascii and binary
answer, call = unary.with_call(text("hi"), metadata=[("x-ask", "plain"), ("x-ask-bin", b"\x00\xff")], timeout=10)
assert answer == text("hi"), answer
head = dict(call.initial_metadata())
assert head["x-ask"] == "plain" and head["x-ask-bin"] == b"\x00\xff", head
assert dict(call.trailing_metadata())["x-trail"] == "behind"

# an error with its words, metadata and details
try:
    unary(text("fail"), timeout=10)
    raise SystemExit("it did not fail")
except grpc.RpcError as error:
    assert error.code() == grpc.StatusCode.FAILED_PRECONDITION, error
    assert error.details() == "grüße 100 %", error.details()
    told = dict(error.trailing_metadata())
    assert told["x-error"] == "told" and b"a detail" in told["grpc-status-details-bin"], told

# large, packed and not
large = b"\x12" + varint(8 << 20) + bytes(range(256)) * (8 << 12)
assert unary(large, timeout=30) == large
for packing in (grpc.Compression.Gzip, grpc.Compression.Deflate):
    ended = code_of(lambda: unary(large, timeout=30, compression=packing))
    # deflate is one the server does not have
    assert ended == (None if packing == grpc.Compression.Gzip else grpc.StatusCode.UNIMPLEMENTED), (packing, ended)

# many at once
with ThreadPoolExecutor(32) as pool:
    answers = list(pool.map(lambda n: unary(number(n), timeout=30), range(500)))
assert answers == [number(n) for n in range(500)]

# streams of all kinds
assert list(server_stream(number(5000), timeout=30)) == [number(n) for n in range(5000)]
assert client_stream((number(n) for n in range(101)), timeout=30) == number(5050)
assert list(bidi((number(n) for n in range(200)), timeout=30)) == [number(n) for n in range(200)]

# what came before an error
stream = server_stream(number(3) + text("fail"), timeout=10)
seen = []
assert code_of(lambda: seen.extend(stream)) == grpc.StatusCode.FAILED_PRECONDITION
assert len(seen) == 3, seen

# deadlines and cancels
assert code_of(lambda: unary(text("wait"), timeout=0.2)) == grpc.StatusCode.DEADLINE_EXCEEDED
assert code_of(lambda: list(server_stream(number(1) + text("wait"), timeout=0.2))) == grpc.StatusCode.DEADLINE_EXCEEDED
stream = server_stream(number(1) + text("wait"), timeout=10)
next(stream)
stream.cancel()
assert code_of(lambda: next(stream)) == grpc.StatusCode.CANCELLED

# and the channel is as good as before
assert unary(text("still"), timeout=10) == text("still")
print("ok")
