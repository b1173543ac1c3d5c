// A peer to be killed: one call that never ends and one stream that says one thing. Prints its address.
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { serveForTest } from "./testing.ts";

const never = () => new Promise<never>(() => {});
const server = await serveForTest((router) =>
  router.service(Health, {
    check: never,
    async *watch() {
      yield { status: 1 };
      await never();
    },
  }),
);
process.stdout.write(`${server.url}\n`);
