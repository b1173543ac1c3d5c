// grpc-js's server as it comes.
import { Server, ServerCredentials, type ServerWritableStream, type sendUnaryData } from "@grpc/grpc-js";
import { job } from "../../job.ts";
import { serving, streamLength } from "../serving.ts";
import { ClaudeService } from "./service.ts";

const length = streamLength();
const server = new Server();
server.addService(ClaudeService.service, {
  Plan: (_: unknown, callback: sendUnaryData<object>) => callback(null, job.unary.reply),
  StreamPlan(call: ServerWritableStream<object, object>) {
    let sent = 0;
    const send = () => {
      while (sent < length) {
        sent++;
        if (!call.write(job.stream.message)) return call.once("drain", send);
      }
      return call.end();
    };
    send();
  },
});
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  serving(port);
});
