// What a prompt is: short words of its own, a schema, the context it shows, and how an answer is read.
import { z } from "zod";
import type { ContextItem } from "#gen/synapse/v1/agent_pb.ts";
import { fenced, fenceRule } from "./fence.ts";
import { digestOf, first, fitted, type Item, rest } from "./item.ts";
import type { Read } from "./read.ts";

export interface Prompt<Request, Value> {
  /** Names the schema, such as "plan". */
  readonly name: string;
  /** Goes up with every change of the words. */
  readonly version: number;
  /** The shape asked for; every field is there, without limits, as providers want it. */
  readonly schema: z.ZodType;
  /** What stands for fields that a model left out. */
  readonly absent?: Readonly<Record<string, unknown>>;
  /** Who answers, and by which rules. */
  readonly system: string;
  /** The answer's limit, reasoning included. */
  readonly maxOutputTokens: number;
  /** Whether the web may be searched for it. */
  readonly searches?: boolean;
  items(request: Request): readonly Item[];
  /** What is asked, in the last words of the prompt. */
  asks(request: Request): string;
  /** The answer as the contract has it, or why it is not one. `wire` has the schema's shape. */
  read(wire: unknown, request: Request, sources: readonly string[]): Read<Value> | Promise<Read<Value>>;
}

/** A prompt with its request built in. */
export interface Written {
  /** Such as "plan@1". */
  readonly prompt: string;
  readonly system: string;
  readonly text: string;
  readonly items: readonly Pick<ContextItem, "name" | "digest" | "bytes" | "shown">[];
  /** Of system and text together. */
  readonly bytes: bigint;
}

/** The last answer, and why it will not do. */
export interface Again {
  readonly answer: string;
  readonly why: string;
}

/** The longest name an item is told by. */
const maxName = 240;

const askAgain =
  "Your last answer could not be used; what is wrong with it stands above. Answer again, the whole of it, and put that right.";

/** Builds the text: the context within `capBytes`, then what is asked. */
export function written<R>(prompt: Prompt<R, unknown>, request: R, capBytes: number, again?: Again): Written {
  const more = again ? [rest("your last answer", again.answer), first("what is wrong with it", again.why)] : [];
  const items = fitted([...prompt.items(request), ...more], capBytes);
  const system = `${prompt.system}\n\n${fenceRule}`;
  const asks = again ? `${prompt.asks(request)} ${askAgain}` : prompt.asks(request);
  const text = `${fenced(items)}\n\n${asks}`;
  return {
    prompt: `${prompt.name}@${prompt.version}`,
    system,
    text,
    items: items.map(({ name, text, bytes, shownBytes }) => ({
      name: name.slice(0, maxName),
      digest: digestOf(text),
      bytes: BigInt(bytes),
      shown: BigInt(shownBytes),
    })),
    bytes: BigInt(Buffer.byteLength(system) + Buffer.byteLength(text)),
  };
}

const texts = new WeakMap<z.ZodType, string>();

/** The schema as providers are told it, for its size. */
export function schemaText(schema: z.ZodType): string {
  const known = texts.get(schema) ?? JSON.stringify(z.toJSONSchema(schema, { io: "input" }));
  texts.set(schema, known);
  return known;
}
