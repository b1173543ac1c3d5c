// The floor: node:http2 with gRPC's frames and trailers, ready-made bytes, nothing else.
import { createServer, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { paths } from "../../job.ts";
import { bytes, framed } from "../../messages.ts";
import { serving, streamLength } from "../serving.ts";

const length = streamLength();
const reply = framed(bytes.reply);
const message = framed(bytes.streamMessage);

const server = createServer();
server.on("stream", (stream, headers) => {
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.on("data", () => {});
  stream.on("end", () => {
    stream.respond({ ":status": 200, "content-type": "application/grpc+proto" }, { waitForTrailers: true });
    if (headers[":path"] === paths.unary) stream.end(reply);
    else sendAll(stream);
  });
});
server.listen(0, "127.0.0.1", () => serving((server.address() as AddressInfo).port));

function sendAll(stream: ServerHttp2Stream): void {
  let sent = 0;
  const send = () => {
    while (sent < length) {
      sent++;
      if (!stream.write(message)) return stream.once("drain", send);
    }
    return stream.end();
  };
  send();
}
