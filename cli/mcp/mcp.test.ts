import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunAnswer } from "./answer.ts";

const folder = mkdtempSync(join(tmpdir(), "synapse-mcp-"));
const client = new Client({ name: "a host", version: "1" });

beforeAll(async () => {
  const env = { ...process.env, SYNAPSE_DATA_DIR: folder, SYNAPSE_GATEWAY_PORT: "0" } as Record<string, string>;
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: ["cli/main.ts", "mcp"], env, stderr: "ignore" }),
  );
});
afterAll(async () => {
  await client.close();
  rmSync(folder, { recursive: true, force: true });
});

const call = async (name: string, input: Record<string, unknown>, onprogress?: (told: string) => void) => {
  const { isError, content, structuredContent } = await client.callTool(
    { name, arguments: input },
    { onprogress: ({ message }) => onprogress?.(message ?? "") },
  );
  return { isError, text: (content as { text: string }[])[0]!.text, run: structuredContent as unknown as RunAnswer };
};

describe("an MCP host", () => {
  it("is told what the tools take and give", async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(["run_workflow", "get_run", "wait_run", "cancel_run"]);
    for (const { inputSchema, outputSchema, description } of tools) {
      expect([inputSchema.type, outputSchema?.type, description !== ""]).toEqual(["object", "object", true]);
    }
  });

  it("gets a whole run in one call, and hears how it goes", async () => {
    const heard: string[] = [];
    const input = { task: "print the first 20 Fibonacci numbers" };
    const { run, isError } = await call("run_workflow", input, (message) => heard.push(message));
    expect(isError).toBeFalsy();
    expect(run).toMatchObject({ ended: true, state: "completed", outcome: "passed", argv: ["node", "fibonacci.mjs"] });
    expect(run.files.map(({ name }) => name)).toContain("files/fibonacci.mjs");
    expect(run.files.find(({ name }) => name === "output.txt")?.content).toContain("4181");
    expect(heard).toEqual(expect.arrayContaining(["plan begins"]));
  });

  it("may begin a run, wait for it and look at it", async () => {
    const begun = await call("run_workflow", { task: "find the prime numbers up to 100", wait_seconds: 0 });
    const { run_id } = begun.run;
    expect((await call("wait_run", { run_id })).run).toMatchObject({ run_id, ended: true, outcome: "passed" });
    expect((await call("get_run", { run_id })).run).toMatchObject({ run_id, ended: true, outcome: "passed" });
    expect((await call("cancel_run", { run_id })).run).toMatchObject({ run_id, state: "completed" });
  });

  it("is told why a task can't be done, and what would help", async () => {
    const { run } = await call("run_workflow", { task: "write a chat app in Rust" });
    expect(run).toMatchObject({ ended: true, state: "failed", outcome: "unknown" });
    expect(run.explanation).toContain("is no language model");
  });

  it("gets a refusal in words for what is not there, and for what is no input", async () => {
    const missing = await call("get_run", { run_id: "01890a5d-ac96-774b-bcce-b302099a8057" });
    expect(missing).toMatchObject({ isError: true, text: expect.stringContaining("there is no run") });
    const wrong = await call("get_run", { run_id: "latest" }).catch((error: Error) => ({ text: error.message }));
    expect(wrong.text).toMatch(/run_id/);
  });
});
