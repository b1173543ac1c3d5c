// The OpenAPI 3.1 document of the gateway, made from the descriptors and the routes.
import { ViolationSchema } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import { ReasonSchema } from "#gen/synapse/v1/failure_pb.ts";
import { problemType } from "#rpc/problem.ts";
import { version } from "#runtime/version.ts";
import { agentOperations } from "./agent-operations.ts";
import { pageOperations } from "./page-operations.ts";
import { answer, commonHeaders, type Described } from "./parts.ts";
import { runOperations } from "./run-operations.ts";
import { ref, schemas } from "./schema.ts";
import type { Document, Schema } from "./spec.ts";

/** Every route of the gateway. */
export const operations: readonly Described[] = [...runOperations, ...agentOperations, ...pageOperations];

const tags = [
  { name: "runs", description: "A task taken from plan to tested code." },
  { name: "claude", description: "Plans work and writes code." },
  { name: "gemini", description: "Reads code, finds things out, reviews." },
  { name: "codex", description: "Writes tests, judges commands, runs them in the sandbox." },
  { name: "pages", description: "How the gateway is doing, and what it offers." },
];

const description = [
  "JSON is ProtoJSON of the messages in `proto/synapse/v1`: fields at their default are left out of answers, 64-bit",
  "numbers are text, an unknown field in a request is refused. Every rpc is on the same port too, as gRPC, gRPC-Web and",
  "Connect.",
].join(" ");

/** An error as RFC 9457 has it; `rpc/problem.ts` makes it. */
const problem: Schema = {
  type: "object",
  description: "What went wrong. Switch on reason, never on words.",
  properties: {
    type: { type: "string", description: "Always about:blank." },
    title: { type: "string", description: "The code, as Connect spells it, such as not_found." },
    status: { type: "integer", description: "The HTTP status." },
    detail: { type: "string", description: "What is wrong and what to do, for a person." },
    reason: { ...ref(ReasonSchema), description: "What is wrong, for a program." },
    requestId: { type: "string", description: "Logs name it." },
    retryAfterSeconds: {
      type: "number",
      description: "When a new attempt makes sense; absent when that is not known.",
    },
    violations: {
      type: "array",
      description: "The rules the request breaks, with their fields; of REASON_INVALID_INPUT only.",
      items: ref(ViolationSchema),
    },
  },
  required: ["type", "title", "status", "detail", "reason"],
};

/** Made at the first call, then kept: it takes some 100 ms. */
export function document(): Document {
  made ??= make();
  return made;
}
let made: Document | undefined;

function make(): Document {
  const shown = operations.flatMap(({ shows }) => shows);
  const paths: Record<string, Record<string, Described["operation"]>> = {};
  for (const { verb, path, operation } of operations) paths[path] = { ...paths[path], [verb]: operation };
  return {
    openapi: "3.1.0",
    info: { title: "Synapse", version, description, license: { name: "Apache License 2.0", identifier: "Apache-2.0" } },
    servers: [{ url: "/" }],
    tags,
    paths,
    components: {
      schemas: { ...schemas([...shown, ReasonSchema, ViolationSchema]), Problem: problem },
      headers: commonHeaders,
      responses: {
        Problem: answer("What went wrong.", { [problemType]: { schema: { $ref: "#/components/schemas/Problem" } } }),
      },
    },
  };
}
