// Whether a line is valid for /bin/sh, asked of mvdan/sh, a shell parser in WebAssembly; it is loaded when first asked.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { TooMuch } from "./policy-shell.ts";

// The part of the platform's interface that is used here; neither Node's types nor the language's hold it.
declare const WebAssembly: {
  compile(source: Uint8Array): Promise<object>;
  instantiate(module: object, imports: object): Promise<object>;
};

type Check = (text: string) => Promise<unknown>;
let loading: Promise<Check> | undefined;

/** Why `text` is no valid POSIX shell, as "line:column: reason"; empty when it is. Throws TooMuch. */
export async function syntaxErrorOf(text: string): Promise<string> {
  const zero = text.indexOf("\0");
  if (zero >= 0) return `${placeOf(text, zero)}: a command can't hold a NUL character`;
  loading ??= load().catch((error) => {
    loading = undefined;
    throw error;
  });
  const check = await loading;
  try {
    await check(text);
    return "";
  } catch (error) {
    return explain(error, text);
  }
}

/** The package compiles its module anew for every call; this compiles it once: 12 ms, then under 1 ms a line. */
async function load(): Promise<Check> {
  const { getProcessor, LangVariant } = await import("sh-syntax");
  const path = createRequire(import.meta.url).resolve("sh-syntax/main.wasm");
  const module = await WebAssembly.compile(await readFile(path));
  const parse = getProcessor((imports: object) => WebAssembly.instantiate(module, imports));
  return (text) => parse(text, { variant: LangVariant.LangPOSIX, keepComments: false });
}

function explain(error: unknown, text: string): string {
  if (!(error instanceof Error)) throw error;
  // The parser ran out of its stack or memory; its instance is thrown away with the call.
  if (["RuntimeError", "RangeError"].includes(error.name)) {
    throw new TooMuch("it is too long or nested too deeply");
  }
  const position = "Pos" in error ? (error.Pos as { Offset: number } | undefined) : undefined;
  // Errors about the dialect have no position of their own: their message begins with it.
  if (position === undefined) return error.message.replace(/; tried parsing as posix$/, "");
  const before = Buffer.from(text).subarray(0, position.Offset).toString();
  return `${placeOf(text, before.length)}: ${error.message}`;
}

function placeOf(text: string, at: number): string {
  const before = text.slice(0, at).split("\n");
  return `${before.length}:${(before.at(-1) ?? "").length + 1}`;
}
