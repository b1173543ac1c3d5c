// The pages every process has, and those of the document itself.
import { answer, type Described, jsonType } from "./parts.ts";
import type { Media, Schema } from "./spec.ts";

const text: Schema = { type: "string" };
const state: Record<string, Media> = {
  [jsonType]: {
    schema: {
      type: "object",
      properties: {
        status: { ...text, description: "ok, ready, not ready or draining." },
        service: { ...text, description: "The process: gateway." },
        version: text,
        agents: {
          type: "array",
          description: "Each agent's readiness; of /ready only.",
          items: {
            type: "object",
            properties: { agent: text, ready: { type: "boolean" }, problem: text, engine: text },
          },
        },
      },
      required: ["status", "service", "version"],
    },
  },
};

function page(
  path: string,
  operationId: string,
  summary: string,
  responses: Described["operation"]["responses"],
): Described {
  return { verb: "get", path, shows: [], operation: { operationId, tags: ["pages"], summary, responses } };
}

export const pageOperations: readonly Described[] = [
  page("/health", "health", "Whether the process lives.", { 200: answer("It does.", state) }),
  page("/ready", "ready", "Whether runs can be carried out: every agent is ready.", {
    200: answer("They can.", state),
    503: answer("They can't; the agents say why.", state),
  }),
  page("/metrics", "metrics", "Measurements for Prometheus.", {
    200: answer("In Prometheus' text format.", { "text/plain": { schema: text } }),
  }),
  page("/openapi.json", "openapi", "This document.", {
    200: answer("OpenAPI 3.1.", { [jsonType]: { schema: { type: "object" } } }),
  }),
  page("/docs", "docs", "This document as a page.", { 200: answer("HTML.", { "text/html": { schema: text } }) }),
];
