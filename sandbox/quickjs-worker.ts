// The thread in which QuickJS runs one program: it blocks, and can be ended from outside at any moment.
import { parentPort, workerData } from "node:worker_threads";
import {
  newQuickJSWASMModule,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  RELEASE_SYNC,
} from "quickjs-emscripten";
import { systemClock } from "#core/clock.ts";
import { guest, guestModules, missingGlobals } from "./quickjs-guest.ts";
import { printed } from "./quickjs-print.ts";
import type { Channel, KilledBy } from "./sandbox.ts";

/** What the thread is given. */
export interface Job {
  readonly files: ReadonlyMap<string, string>;
  readonly entry: string;
  readonly args: readonly string[];
  readonly stdin: Uint8Array;
  readonly cpuMs: number;
  readonly memoryBytes: number;
  readonly outputBytes: number;
}

/** What it says: pieces of output, then the end. */
export type Word =
  | { readonly kind: "output"; readonly channel: Channel; readonly chunk: Uint8Array }
  | { readonly kind: "end"; readonly code: number; readonly killedBy: KilledBy | undefined };

/** Exit codes of Node and of shells. */
const refused = 127;
const uncaught = 1;
const unsettled = 13;

declare const WebAssembly: { Memory: new (pages: { initial: number; maximum: number }) => object };
const pageBytes = 65_536;
/** What QuickJS starts with. */
const leastPages = 256;

const job = workerData as Job;
const port = parentPort!;
port.postMessage(await run());

async function run(): Promise<Word> {
  // The memory itself is the limit: QuickJS's own counts only the overhead of allocations in WebAssembly.
  const maximum = Math.max(leastPages, Math.floor(job.memoryBytes / pageBytes));
  const wasmMemory = new WebAssembly.Memory({ initial: leastPages, maximum });
  const quickjs = await newQuickJSWASMModule(newVariant(RELEASE_SYNC, { wasmMemory }));
  const runtime = quickjs.newRuntime();
  runtime.setMaxStackSize(2 << 20); // as deep as Node goes
  const deadline = systemClock.now() + job.cpuMs;
  let exit: number | undefined;
  let killedBy: KilledBy | undefined;
  let left = job.outputBytes;
  runtime.setInterruptHandler(() => {
    if (exit === undefined && killedBy === undefined && systemClock.now() > deadline) killedBy = "cpu";
    return exit !== undefined || killedBy !== undefined;
  });

  function write(channel: Channel, text: string, encoding: BufferEncoding = "utf8") {
    if (exit !== undefined || killedBy !== undefined) return;
    const chunk = Uint8Array.from(Buffer.from(text, encoding).subarray(0, left + 1)); // one too many says that there was more
    left -= chunk.byteLength;
    port.postMessage({ kind: "output", channel, chunk } satisfies Word);
    if (left < 0) killedBy = "output";
  }
  function refuse(what: string): never {
    write(
      "stderr",
      `${what} is not available: this sandbox runs pure JavaScript only; install bubblewrap for all of Node\n`,
    );
    exit ??= refused;
    throw new Error("refused");
  }

  runtime.setModuleLoader(
    (name) => job.files.get(name) ?? guestModules[name] ?? refuse(`the module "${name}"`),
    (base, name) => {
      if (/^\.\.?\//.test(name)) return new URL(name, `file:///${base}`).pathname.slice(1);
      return name.replace(/^node:/, "");
    },
  );
  const vm = runtime.newContext();
  const host = {
    argv: JSON.stringify(["/opt/node/bin/node", `/box/${job.entry}`, ...job.args]),
    stdinText: Buffer.from(job.stdin).toString("utf8"),
    stdinLatin1: Buffer.from(job.stdin).toString("latin1"),
    print: (channel: Channel, values: string) => write(channel, printed(values)),
    write,
    refuse,
    exit(code: number) {
      exit ??= code & 255;
      throw new Error("exit");
    },
    localeCompare: (text: string, args: string) => text.localeCompare(...(JSON.parse(args) as [string])),
    toLocaleString: (value: number, args: string) => value.toLocaleString(...(JSON.parse(args) as [])),
  };
  const exitCode = vm.unwrapResult(
    vm.callFunction(vm.unwrapResult(vm.evalCode(guest)), vm.undefined, handles(vm, host)),
  );

  function fail(error: QuickJSHandle): number {
    const { name = "Error", message = "", stack = "" } = vm.dump(error) ?? {};
    const global = /^'(\w+)' is not defined$/.exec(message)?.[1] ?? "";
    if (name === "InternalError" && message === "out of memory") killedBy ??= "memory";
    if (name === "ReferenceError" && missingGlobals.has(global)) {
      write(
        "stderr",
        `${global} is not available: this sandbox runs pure JavaScript only; install bubblewrap for all of Node\n`,
      );
      return refused;
    }
    write("stderr", `Uncaught ${name}: ${message}\n${stack ?? ""}`);
    return uncaught;
  }
  function evaluate(): number {
    const evaluated = vm.evalCode(job.files.get(job.entry) ?? refuse(job.entry), job.entry, { type: "module" });
    if (evaluated.error) return fail(evaluated.error);
    const jobs = runtime.executePendingJobs();
    if (jobs.error) return fail(jobs.error);
    const state = vm.getPromiseState(evaluated.value);
    if (state.type === "rejected") return fail(state.error);
    return state.type === "pending"
      ? unsettled
      : vm.getNumber(vm.unwrapResult(vm.callFunction(exitCode, vm.undefined)));
  }
  let code: number;
  try {
    code = evaluate();
  } catch (error) {
    // The machine's own stack ran out before QuickJS noticed, or the host refused.
    if (exit === undefined)
      write("stderr", `Uncaught ${error instanceof RangeError ? "InternalError: stack overflow" : error}\n`);
    code = uncaught;
  }
  return { kind: "end", code: killedBy === undefined ? (exit ?? code) : -1, killedBy };
}

/** An object in the guest with the host's strings and functions. */
function handles(vm: QuickJSContext, host: Record<string, string | ((...args: never[]) => unknown)>): QuickJSHandle {
  const object = vm.newObject();
  for (const [name, value] of Object.entries(host)) {
    const handle =
      typeof value === "string"
        ? vm.newString(value)
        : vm.newFunction(name, (...args) => {
            const result = value(...(args.map((arg) => vm.dump(arg)) as never[]));
            return typeof result === "number"
              ? vm.newNumber(result)
              : typeof result === "string"
                ? vm.newString(result)
                : vm.undefined;
          });
    vm.setProp(object, name, handle);
    handle.dispose();
  }
  return object;
}
