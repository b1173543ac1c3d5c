// An answer that is not the peer's: marked in its headers, so that whoever gets it can tell.
import { type Message, toBinary } from "@bufbuild/protobuf";
import type { AnyRequest, AnyResponse, StreamResponse } from "#core/call.ts";

export const fallbackHeader = "synapse-fallback";

export interface FallbackMark {
  readonly by: "cache" | "handler" | "rule";
  /** How old a kept answer is, in milliseconds. */
  readonly ageMs?: number;
}

/** Who answered in the peer's place; undefined when the peer did. */
export function fallbackOf(header: Headers): FallbackMark | undefined {
  const [, by, age] = /^(cache|handler|rule)(?:;age=(\d{1,10}))?$/.exec(header.get(fallbackHeader) ?? "") ?? [];
  if (by === undefined) return undefined;
  return { by: by as FallbackMark["by"], ...(age === undefined ? {} : { ageMs: Number(age) * 1000 }) };
}

/** The response of a call with these messages. */
export function asFallback(req: AnyRequest, messages: readonly Message[], { by, ageMs }: FallbackMark): AnyResponse {
  const value = ageMs === undefined ? by : `${by};age=${Math.floor(ageMs / 1000)}`;
  const { stream, service, method } = req;
  const known = { service, method, header: new Headers({ [fallbackHeader]: value }), trailer: new Headers() };
  if (!stream) return { ...known, stream, message: messages[0]! } as AnyResponse;
  async function* all() {
    yield* messages;
  }
  return { ...known, stream, message: all() } as unknown as StreamResponse;
}

/** The same for the same call of the same caller, and for nothing else. */
export function fallbackKey({ method }: AnyRequest, request: Message, subject: string): string {
  // Lengths keep the parts apart, whatever they hold.
  const name = `${method.parent.typeName}/${method.name}`;
  return `${name.length}:${name}${subject.length}:${subject}${bytesAsText(toBinary(method.input, request))}`;
}

/** One character a byte. */
function bytesAsText(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}
