// The options of `synapse run` that concern a repository, and which of them go together.
import { wrongUse } from "../exit-codes.ts";

export interface WorkspaceOptions {
  workspace?: string;
  test?: string;
  apply?: boolean;
  file?: string[];
  detach?: boolean;
}

/** Wrong uses, before anything is read or started. */
export function checkWorkspaceOptions({ workspace, test, apply, file, detach }: WorkspaceOptions): void {
  if (workspace === undefined) {
    if (test !== undefined) throw wrongUse("--test is the test command of a repository: name it with --workspace");
    if (apply) throw wrongUse("--apply writes to a repository: name it with --workspace");
  } else if (file !== undefined && file.length > 0) {
    throw wrongUse("give --workspace or --file, not both: all text files of the workspace are there already");
  }
  if (apply && detach)
    throw wrongUse("--apply waits for the run's end, and --detach does not: use synapse apply later");
}
