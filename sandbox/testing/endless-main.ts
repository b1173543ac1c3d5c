// Program: runs a command that never ends, and says so when it runs; for tests that kill this process.
import { bwrapSandbox } from "../bwrap.ts";
import type { Guard } from "../profile.ts";

const [seconds = "", ...without] = process.argv.slice(2);
const sandbox = await bwrapSandbox({ without: without as Guard[] });
await sandbox.run({
  files: [],
  argv: ["/bin/sh", "-c", `sleep ${seconds} & sleep ${seconds} & echo up; exec sleep ${seconds}`],
  onOutput: () => console.log("up"),
});
