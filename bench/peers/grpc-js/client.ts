// grpc-js's client as it comes.
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { job } from "../../job.ts";
import { calling, target } from "../calling.ts";
import { ClaudeService } from "./service.ts";

const client = new ClaudeService(new URL(target().url).host, credentials.createInsecure());
const { summary } = job.unary.reply.plan;
type Reply = typeof job.unary.reply;

await calling({
  unary: () =>
    new Promise((resolve, reject) => {
      client.Plan!(job.unary.request, (error: ServiceError | null, reply: Reply) =>
        error ? reject(error) : resolve(reply.plan.summary === summary),
      );
    }),
  stream: () =>
    new Promise((resolve, reject) => {
      let came = 0;
      client.StreamPlan!(job.stream.request)
        .on("data", () => came++)
        .on("error", reject)
        .on("end", () => resolve(came));
    }),
});
