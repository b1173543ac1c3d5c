// The floor: node:http2 with gRPC's frames and trailers, ready-made bytes, answers counted and not decoded.
import { connect } from "node:http2";
import { paths } from "../../job.ts";
import { bytes, framed } from "../../messages.ts";
import { calling, target } from "../calling.ts";

const session = connect(target().url);
const request = framed(bytes.request);
const streamRequest = framed(bytes.streamRequest);
const replyLength = framed(bytes.reply).length;
const messageLength = framed(bytes.streamMessage).length;

/** Gives how many bytes came. */
function call(path: string, body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    let length = 0;
    let status: unknown;
    const stream = session.request({
      ":method": "POST",
      ":path": path,
      "content-type": "application/grpc+proto",
      te: "trailers",
    });
    stream.on("trailers", (trailers) => {
      status = trailers["grpc-status"];
    });
    stream.on("data", (chunk: Buffer) => {
      length += chunk.length;
    });
    stream.on("error", reject);
    stream.on("end", () => (status === "0" ? resolve(length) : reject(new Error(`grpc-status is ${status}`))));
    stream.end(body);
  });
}

await calling({
  unary: async () => (await call(paths.unary, request)) === replyLength,
  stream: async () => (await call(paths.stream, streamRequest)) / messageLength,
});
