// What a program finds in QuickJS of Node: console, process, isatty, and readFileSync for standard input. Written in the guest's JavaScript.

/** An expression: a function that takes the host's functions and sets the globals up. */
export const guest = /* js */ `(function (host) {
  const bytesOf = (latin1) => Uint8Array.from(latin1, (c) => c.charCodeAt(0));
  const latin1Of = (bytes) => Array.from(bytes, (b) => String.fromCharCode(b)).join("");

  // A value as JSON that the host can make a like of: console prints as Node does.
  function plain(value, above) {
    switch (typeof value) {
      case "string": case "boolean": return value;
      case "number": return Number.isFinite(value) && !Object.is(value, -0) ? value : ["number", Object.is(value, -0) ? "-0" : String(value)];
      case "undefined": return ["undefined"];
      case "bigint": return ["bigint", String(value)];
      case "symbol": return ["symbol", value.description ?? ""];
      case "function": return ["function", value.name];
    }
    if (value === null) return null;
    if (above.includes(value)) return ["above", above.indexOf(value)];
    const inner = (part) => plain(part, [...above, value]);
    if (value instanceof Error) return ["error", value.name, value.message, value.stack ?? ""];
    if (Array.isArray(value)) return ["array", Array.from(value, (item, index) => (index in value ? inner(item) : ["hole"]))];
    if (value instanceof Map) return ["map", [...value].map(([k, v]) => [inner(k), inner(v)])];
    if (value instanceof Set) return ["set", [...value].map(inner)];
    if (value instanceof Date) return ["date", value.getTime()];
    if (value instanceof RegExp) return ["regexp", value.source, value.flags];
    if (value instanceof Promise) return ["promise"];
    if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return ["typed", value.constructor.name, Array.from(value, inner)];
    const entries = Object.entries(value).map(([k, v]) => [k, inner(v)]);
    return ["object", Object.getPrototypeOf(value) === null ? null : value.constructor?.name ?? "Object", entries];
  }

  const printer = (channel) => (...values) => host.print(channel, JSON.stringify(values.map((value) => plain(value, []))));
  const [out, err] = [printer("stdout"), printer("stderr")];
  globalThis.console = { log: out, info: out, debug: out, error: err, warn: err, trace: err };

  const stream = (channel, fd) => ({
    fd,
    write(chunk) {
      if (typeof chunk === "string") host.write(channel, chunk, "utf8");
      else host.write(channel, latin1Of(chunk), "latin1");
      return true;
    },
  });
  const process = {
    argv: JSON.parse(host.argv),
    env: {},
    platform: "linux",
    exitCode: undefined,
    stdin: { fd: 0 },
    stdout: stream("stdout", 1),
    stderr: stream("stderr", 2),
    cwd: () => "/box",
    exit: (code) => host.exit(Number(code ?? process.exitCode ?? 0)),
  };
  globalThis.process = process;

  class Buffer extends Uint8Array {
    toString() { return host.stdinText; }
  }
  function readFileSync(path, options) {
    if (path !== 0 && path !== "/dev/stdin") host.refuse("reading " + String(path));
    const encoding = typeof options === "string" ? options : options?.encoding;
    if (encoding) return host.stdinText;
    return new Buffer(bytesOf(host.stdinLatin1));
  }
  Object.defineProperty(globalThis, Symbol.for("modules"), { value: { fs: { readFileSync }, process } });

  // Sorting and number formats of the host's language data: QuickJS has none and would answer otherwise than Node.
  String.prototype.localeCompare = function (...args) { return host.localeCompare(String(this), JSON.stringify(args)); };
  Number.prototype.toLocaleString = function (...args) { return host.toLocaleString(Number(this), JSON.stringify(args)); };

  return () => process.exitCode ?? 0;
})`;

/** The modules there are, by name without "node:". */
export const guestModules: Readonly<Record<string, string>> = {
  fs: `const { fs } = globalThis[Symbol.for("modules")]; export const readFileSync = fs.readFileSync; export default fs;`,
  tty: `export const isatty = () => false; export default { isatty };`,
  process: `const { process } = globalThis[Symbol.for("modules")];
    export const { argv, env, stdin, stdout, stderr, exit, cwd, platform } = process; export default process;`,
};

/** What Node has and QuickJS has not: a program that stops at one of these is refused, not failed. */
export const missingGlobals: ReadonlySet<string> = new Set(
  `AbortController Blob Buffer Event EventTarget FormData Intl TextDecoder TextEncoder URL URLSearchParams WebAssembly Worker
  __dirname __filename atob btoa clearImmediate clearInterval clearTimeout crypto exports fetch module performance queueMicrotask
  require setImmediate setInterval setTimeout structuredClone`.split(/\s+/),
);
