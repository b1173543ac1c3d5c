// The schema as the peers read it: a descriptor set for Python, validate.proto beside the others for grpc-js.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "./children.ts";

const run = promisify(execFile);

/** Writes the descriptor set of the job's service into a folder and gives its path. */
export async function descriptorSet(folder: string): Promise<string> {
  const options = { cwd: root, timeout: 30_000 };
  // Made, not kept: a fresh checkout has none yet.
  if (!existsSync(join(root, "proto/buf/validate/validate.proto"))) {
    await run(process.execPath, ["tools/validate-proto.ts"], options);
  }
  const path = join(folder, "claude.binpb");
  const args = ["build", "--as-file-descriptor-set", "--path", "proto/synapse/v1/claude.proto", "-o", path];
  await run(join(root, "node_modules/.bin/buf"), args, options);
  return path;
}
