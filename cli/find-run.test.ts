// A run may be named by a piece of its id, and is never guessed.
import { createClient, createRouterTransport } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { WorkflowService } from "#gen/synapse/v1/workflow_pb.ts";
import { findRun } from "./find-run.ts";

const ids = [
  "01a20452-2220-7304-9ac9-e56b5dfa2c88",
  "01a20452-1251-7fb7-80cb-77cc66394b83",
  "01a10000-1251-7fb7-80cb-77cc66394b83",
];

/** A gateway that lists these runs one a page. */
function gateway(runIds: readonly string[]) {
  const transport = createRouterTransport(({ service }) => {
    service(WorkflowService, {
      listRuns({ pageToken }) {
        const at = Number(pageToken || 0);
        const next = at + 1 < runIds.length ? String(at + 1) : "";
        return { runs: runIds.slice(at, at + 1).map((runId) => ({ runId })), nextPageToken: next };
      },
    });
  });
  return { workflow: createClient(WorkflowService, transport) };
}

describe("findRun", () => {
  it.each([
    ["latest", ids[0]],
    [ids[1]!.toUpperCase(), ids[1]],
    ["e56b5dfa2c88", ids[0]],
    ["fa2c88", ids[0]],
    ["01a10000", ids[2]],
    ["01a20452-1", ids[1]],
    ["00000000-0000-7000-8000-000000000000", "00000000-0000-7000-8000-000000000000"],
  ])("finds %s", async (given, found) => {
    expect(await findRun(gateway(ids), given)).toBe(found);
  });

  it.each([
    ["77cc66394b83", 2, "2 runs fit"],
    ["01a204", 2, "2 runs fit"],
    ["fffffff", 1, "no run fffffff"],
    ["2c88", 2, "6 or more characters"],
    ["the-run", 2, "6 or more characters"],
  ])("does not guess %s", async (given, exitCode, message) => {
    await expect(findRun(gateway(ids), given)).rejects.toMatchObject({
      exitCode,
      message: expect.stringContaining(message),
    });
  });

  it("has no latest run where there is none", async () => {
    await expect(findRun(gateway([]), "latest")).rejects.toMatchObject({ exitCode: 1 });
  });
});
