// The one job of every pair: what is asked and what is answered, read from job.json as every language reads it.
import { readFileSync } from "node:fs";

/** The two ways a pair speaks: gRPC, or Connect with binary messages, both over HTTP/2. */
export type Protocol = "grpc" | "connect";

interface Job {
  service: string;
  unary: { method: string; request: object; reply: { plan: { summary: string } } };
  stream: { method: string; request: object; message: object };
}

/** Messages in the JSON form of protobuf, with the field names of the schema. */
export const job = JSON.parse(readFileSync(new URL("./job.json", import.meta.url), "utf8")) as Job;

export const paths = {
  unary: `/${job.service}/${job.unary.method}`,
  stream: `/${job.service}/${job.stream.method}`,
} as const;
