// A process to be killed: a server that takes calls, never answers them, and tells its parent when it has one.
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { loopback } from "../testing/loopback.ts";

const server = await loopback((router) =>
  router.service(CodexService, {
    execute(_, { signal }) {
      process.send?.("called");
      return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    },
  }),
);
process.send?.(server.url);
