// A simulator as a process of its own: by hand with a script's file, or for a parent whom it tells where it listens.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { Script } from "./script.ts";
import { simulator } from "./simulator.ts";

const { values, positionals } = parseArgs({ options: { port: { type: "string" } }, allowPositionals: true });
const [file] = positionals;
const provider = await simulator({
  port: Number(values.port ?? 0),
  ...(file !== undefined && { script: await scriptIn(file) }),
});

// It leaves with its parent.
process.on("disconnect", () => process.exit(0));
if (process.send) process.send({ url: provider.url });
else {
  console.log(`Anthropic Messages   ${provider.url}/v1`);
  console.log(`Gemini               ${provider.url}/v1beta`);
  console.log(`OpenAI Responses     ${provider.url}/v1`);
  console.log(`chat completions     ${provider.url}/v1`);
  console.log(`what was billed      ${provider.url}/simulator/billed`);
}

/** JSON, or a module whose default export is a script. */
async function scriptIn(path: string): Promise<Script> {
  if (path.endsWith(".json")) return JSON.parse(await readFile(path, "utf8")) as Script;
  const module = (await import(pathToFileURL(resolve(path)).href)) as { default: Script };
  return module.default;
}
