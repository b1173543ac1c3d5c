// Where h2load is: on the PATH, or in the Debian package nghttp2-client, which is installed when this user may.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
/** Whether a program is there and ends well. */
const does = (program: string, args: readonly string[], timeoutMs = 10_000) =>
  run(program, args, { timeout: timeoutMs }).then(
    () => true,
    () => false,
  );
const hasH2load = () => does("h2load", ["--version"]);
const installMs = 180_000;

/** Gives the program, or why there is none. */
export async function findH2load(say: (words: string) => void): Promise<{ h2load: string } | { missing: string }> {
  const found = { h2load: "h2load" };
  if (await hasH2load()) return found;
  const missing = { missing: "h2load is not there: sudo apt-get install nghttp2-client" };
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  if (!(await does("apt-get", ["--version"]))) return missing;
  if (asRoot.length > 0 && !(await does("sudo", ["-n", "true"]))) return missing;

  say("installing the Debian package nghttp2-client (h2load, to measure servers alone)");
  const apt = (...args: string[]) => {
    const [program, ...rest] = [...asRoot, "apt-get", "-qq", ...args];
    return does(program!, rest, installMs);
  };
  const install = () => apt("install", "-y", "--no-install-recommends", "nghttp2-client");
  // A fresh machine has no package lists.
  if (!(await install()) && (await apt("update"))) await install();
  return (await hasH2load()) ? found : missing;
}
