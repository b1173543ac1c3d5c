// Reads and writes messages as JSON over REST: strict in, ProtoJSON out, held against the same rules as the rpcs.
import {
  create,
  type DescMessage,
  fromJson,
  type MessageInitShape,
  type MessageShape,
  toJson,
} from "@bufbuild/protobuf";
import { violationsToProto } from "@bufbuild/protovalidate";
import type { Context } from "hono";
import { Code, ConnectError, failure, Reason } from "#core/failure.ts";
import { validator } from "#rpc/validate.ts";

/** The request's body as a message; a body that is not one is INVALID_INPUT and says where. `inPath` is what the path says already. */
export async function read<T extends DescMessage>(
  c: Context,
  type: T,
  inPath: Readonly<Record<string, string>> = {},
): Promise<MessageShape<T>> {
  const contentType = c.req.header("content-type") ?? "";
  if (!/^application\/json\b/.test(contentType)) {
    throw failure(Reason.INVALID_INPUT, `the content type must be application/json, not ${contentType || "absent"}`);
  }
  const message: MessageShape<T> & Record<string, unknown> = parsed(type, await c.req.text());
  for (const [name, value] of Object.entries(inPath)) {
    if (message[name] !== "" && message[name] !== value)
      throw failure(Reason.INVALID_INPUT, `${name} is ${value} in the path: leave it out of the body`);
  }
  return checked(type, Object.assign(message, inPath));
}

/** A message made of a path's or a query's values. */
export function checked<T extends DescMessage>(type: T, message: MessageShape<T>): MessageShape<T> {
  const result = validator.validate(type, message);
  if (result.kind === "valid") return message;
  const [value, desc] = violationsToProto(result.violations ?? []);
  throw new ConnectError(result.error.message, Code.InvalidArgument, undefined, [{ desc, value }], result.error);
}

function parsed<T extends DescMessage>(type: T, text: string): MessageShape<T> {
  try {
    return fromJson(type, JSON.parse(text === "" ? "{}" : text));
  } catch (error) {
    throw failure(Reason.INVALID_INPUT, `the body is no ${type.typeName}: ${(error as Error).message}`);
  }
}

/** Answers with a message as ProtoJSON; fields that are not set are left out. */
export function answer<T extends DescMessage>(
  c: Context,
  type: T,
  message: MessageInitShape<T>,
  status: 200 | 202 = 200,
): Response {
  return c.json(toJson(type, create(type, message)) as object, status);
}
