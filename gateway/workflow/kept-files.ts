// Files of a run, kept as artifacts: the journal holds their names only.
import { create } from "@bufbuild/protobuf";
import { failure, Reason } from "#core/failure.ts";
import type { StepContext } from "#durable/flow.ts";
import { type File, FileSchema } from "#gen/synapse/v1/agent_pb.ts";
import type { Store } from "#store/store.ts";

/** A file by where it lies in the run. */
export interface KeptFile {
  path: string;
  artifact: string;
}

export interface KeptFiles {
  /** Writes files under a folder of the run and says so in its log. */
  keep(context: Pick<StepContext, "emit">, runId: string, folder: string, files: readonly File[]): KeptFile[];
  /** Writes one text. */
  keepText(context: Pick<StepContext, "emit">, runId: string, name: string, text: string): void;
  read(runId: string, kept: readonly KeptFile[]): File[];
}

export function keptFiles({ artifacts }: Pick<Store, "artifacts">): KeptFiles {
  function put(context: Pick<StepContext, "emit">, runId: string, name: string, text: string): void {
    const artifact = artifacts.put(runId, name, mediaTypeOf(name), Buffer.from(text));
    context.emit({ case: "artifactUpdated", value: { artifact } });
  }
  return {
    keep: (context, runId, folder, files) =>
      files.map(({ path, content }) => {
        const artifact = `${folder}/${path}`;
        put(context, runId, artifact, content);
        return { path, artifact };
      }),
    keepText: put,
    read: (runId, kept) =>
      kept.map(({ path, artifact }) => {
        const found = artifacts.get(runId, artifact);
        if (found === undefined) throw failure(Reason.INTERNAL, `artifact ${artifact} of run ${runId} is missing`);
        return create(FileSchema, { path, content: Buffer.from(found.content).toString() });
      }),
  };
}

const mediaTypes: Readonly<Record<string, string>> = {
  js: "text/javascript",
  mjs: "text/javascript",
  ts: "text/typescript",
  json: "application/json",
  md: "text/markdown",
  csv: "text/csv",
  py: "text/x-python",
  patch: "text/x-diff",
};

function mediaTypeOf(name: string): string {
  return mediaTypes[/\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? ""] ?? "text/plain";
}
