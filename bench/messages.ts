// The job's messages as protobuf-es makes them, and their bytes for who sends bytes.
import { fromJson, type JsonValue, toBinary } from "@bufbuild/protobuf";
import {
  PlanRequestSchema,
  PlanResponseSchema,
  StreamPlanRequestSchema,
  StreamPlanResponseSchema,
} from "#gen/synapse/v1/claude_pb.ts";
import { job } from "./job.ts";

export const request = fromJson(PlanRequestSchema, job.unary.request as JsonValue);
export const reply = fromJson(PlanResponseSchema, job.unary.reply as JsonValue);
export const streamRequest = fromJson(StreamPlanRequestSchema, job.stream.request as JsonValue);
export const streamMessage = fromJson(StreamPlanResponseSchema, job.stream.message as JsonValue);

export const bytes = {
  request: toBinary(PlanRequestSchema, request),
  reply: toBinary(PlanResponseSchema, reply),
  streamRequest: toBinary(StreamPlanRequestSchema, streamRequest),
  streamMessage: toBinary(StreamPlanResponseSchema, streamMessage),
} as const;

/** A message as gRPC sends it: a flag for "not compressed", the length in four bytes, the bytes. */
export function framed(message: Uint8Array): Buffer {
  const frame = Buffer.alloc(5 + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, 5);
  return frame;
}
