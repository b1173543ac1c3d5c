// A process that runs a program anew for each input and tells, as JSON, what each run said and how it ended.
import { closeSync, openSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";

export interface Said {
  stdout: string;
  stderr: string;
  exitCode: number;
}

const [, , program = ""] = process.argv;
const inputs = JSON.parse(await text(process.stdin)) as string[];
const tell = process.stdout.write.bind(process.stdout);
let said: Said = { stdout: "", stderr: "", exitCode: 0 };

class Exit extends Error {}
process.exit = (code) => {
  process.exitCode = code ?? process.exitCode;
  throw new Exit("the program has ended");
};
for (const name of ["stdout", "stderr"] as const)
  process[name].write = (chunk: string | Uint8Array) => {
    said[name] += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
    return true;
  };

const all: Said[] = [];
for (const [at, input] of inputs.entries()) {
  writeFileSync(`${program}.input`, input);
  // The lowest number that is free: the program reads its standard input itself.
  closeSync(0);
  if (openSync(`${program}.input`, "r") !== 0) throw new Error("standard input is not the file");
  said = { stdout: "", stderr: "", exitCode: 0 };
  process.exitCode = 0;
  try {
    await import(`${pathToFileURL(program)}?run=${at}`);
  } catch (error) {
    if (!(error instanceof Exit)) {
      process.exitCode = 1;
      said.stderr += inspect(error);
    }
  }
  all.push({ ...said, exitCode: Number(process.exitCode) });
}
process.exitCode = 0;
tell(JSON.stringify(all));
