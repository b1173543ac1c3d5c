// What resilience/README.md shows is true: its code is checked and run, its tables are held against the code.
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { ConnectRouter } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failure, Reason } from "#core/failure.ts";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { WorkflowService } from "#gen/synapse/v1/workflow_pb.ts";
import { circuitDefaults } from "#resilience/breaker/circuit.ts";
import { verdictOf } from "#resilience/breaker/verdict.ts";
import type { Class } from "#resilience/call/outcome.ts";
import type { Pushback } from "#resilience/call/pushback.ts";
import { hedgeDefaults } from "#resilience/hedge/hedge-delay.ts";
import { ejectionDefaults } from "#resilience/outliers/ejection.ts";
import { healthLoopDefaults } from "#resilience/pool/health-loop.ts";
import { poolDefaults } from "#resilience/pool/options.ts";
import { journaling } from "#resilience/resume/journaling.ts";
import { resumeDefaults } from "#resilience/resume/resume.ts";
import { retryDefaults } from "#resilience/retry/retry.ts";
import { retryBudgetDefaults } from "#resilience/retry/retry-budget.ts";
import { decision, firstTry } from "#resilience/retry/retry-decision.ts";
import { loopback } from "#resilience/testing/loopback.ts";
import { attemptTimeoutDefaults } from "#resilience/time/adaptive-timeout.ts";
import { deadlineDefaults } from "#resilience/time/deadline.ts";
import { streamTimeoutDefaults } from "#resilience/time/stream-timeout.ts";
import { blocks } from "./docs-lines.ts";

const root = resolve(import.meta.dirname, "..");
const path = "resilience/README.md";
const code = blocks("ts", [path]);
const text = await readFile(join(root, path), "utf8");
const longest = 60_000;
let folder: string;
let server: Awaited<ReturnType<typeof loopback>>;
/** By HTTP/1.1, as browsers speak without TLS. */
let gateway: Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "resilience-docs-"));
  for (const name of ["core", "gen", "resilience", "node_modules", "package.json"])
    await symlink(join(root, name), join(folder, name));
  await Promise.all(code.map(({ text }, at) => writeFile(join(folder, `block${at}.ts`), here(text))));
  server = await loopback((router) =>
    journaling()
      .around(router)
      .service(CodexService, {
        validateCommand: () => ({ allowed: true }),
        execute: () => ({}),
        async *streamExecute() {
          for (const value of ["a", "b"]) yield { event: { body: { case: "textDelta", value } } };
        },
      }),
  );
  gateway = createServer(connectNodeAdapter({ routes: watched })).listen(0, "127.0.0.1");
  await once(gateway, "listening");
});
afterAll(async () => {
  gateway.close();
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** A run of three events, whose watcher loses its connection after each. */
const watched = (router: ConnectRouter) =>
  router.service(WorkflowService, {
    async *watchRun({ afterSeq }) {
      yield { message: { case: "event", value: { seq: afterSeq + 1n } } };
      if (afterSeq < 2n) throw failure(Reason.DRAINING, "leaving");
    },
  });

/** The same, whatever ports the servers of this test have. */
const here = (text: string) =>
  text.replaceAll("http://127.0.0.1:5013", "SERVER").replaceAll("http://127.0.0.1:8000", "GATEWAY");

/** What each block prints; undefined for the one that is a server. */
const prints = [
  /^true \{ ok: 1, failed: 0, canceled: 0, degraded: 0 \}$/,
  /^a$/,
  /^\[\] \[ 'breakers', 'defaults.retry.maxAttempts' \]$/,
  /^synapse.v1.ExecuteResponse$/,
  /^a\nb$/,
  /^1\n2\n3$/,
  undefined,
  /^2 1$/,
];

describe("the code of resilience/README.md", () => {
  it("has no type error", { timeout: longest }, async () => {
    await writeFile(
      join(folder, "tsconfig.json"),
      JSON.stringify({ extends: join(root, "tsconfig.json"), include: ["block*.ts"] }),
    );
    const checked = await promisify(execFile)("tsc", ["-p", "."], { cwd: folder }).catch(
      (error: { stdout: string }) => error,
    );
    expect(checked.stdout).toBe("");
  });

  it("is known here", () => expect(code).toHaveLength(prints.length));

  it.each(code.map(({ at }, n) => ({ at, n, printed: prints[n] })).filter(({ printed }) => printed !== undefined))(
    "runs: $at",
    { timeout: longest },
    async ({ n, printed }) => {
      const file = join(folder, `run${n}.ts`);
      const gatewayUrl = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
      const text = here(code[n]!.text).replaceAll("SERVER", server.url).replaceAll("GATEWAY", gatewayUrl);
      await writeFile(file, text);
      const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: folder, timeout: longest });
      expect(stdout.trim()).toMatch(printed!);
    },
  );
});

/** The rows of the tables below a line that begins so, up to the next heading: their cells, by the first. */
function rows(begins: string): Map<string, string[]> {
  const lines = text.slice(text.indexOf(`\n${begins}`) + 1).split("\n");
  const end = lines.findIndex((line, at) => at > 0 && line.startsWith("## "));
  const cells = lines
    .slice(0, end)
    .filter((line) => line.startsWith("| "))
    .map((line) =>
      line
        .split("|")
        .map((cell) => cell.trim())
        .slice(1, -1),
    );
  return new Map(cells.map(([name = "", ...others]) => [name, others]));
}

describe("the tables of resilience/README.md", () => {
  const defaults: Readonly<Record<string, object>> = {
    "`deadline`": deadlineDefaults,
    "`retry`": retryDefaults,
    "`retryBudget`": retryBudgetDefaults,
    "`hedge`": hedgeDefaults,
    "`attemptTimeout`": attemptTimeoutDefaults,
    "`streamTimeout`": streamTimeoutDefaults,
    "`resume`": resumeDefaults,
    "`breaker`": circuitDefaults,
    "`ejection`": ejectionDefaults,
    "`health`": healthLoopDefaults,
    pool: poolDefaults,
  };

  it.each(Object.entries(defaults))("say the defaults of %s", (name, known) => {
    const [line = ""] = rows("The defaults,").get(name) ?? [];
    const said = [...line.matchAll(/`(\w+) ([^`]+)`/g)].map(([, option, value]) => [option!, value!]);
    expect(said.length).toBeGreaterThan(1);
    for (const [option, value] of said)
      expect(`${option} ${(known as Record<string, unknown>)[option!]}`).toBe(`${option} ${value}`);
  });

  const classes: Class[] = [
    "cancel",
    "local",
    "unsent",
    "timeout",
    "deadline",
    "broken",
    "unavailable",
    "overload",
    "server",
    "application",
  ];
  it.each(classes)("say what follows from %s", (kind) => {
    const outcome = { class: kind, isDependency: false, isShed: false };
    const then = (isRepeatable: boolean, pushback: Pushback) =>
      decision({ outcome, pushback, isRepeatable, isWhole: true, leftMs: 10_000 }, firstTry, retryDefaults, 0.5).kind;
    const words = (isRepeatable: boolean) => {
      const known = { wait: "yes", repick: "at once, elsewhere", end: "no" }[then(isRepeatable, { kind: "none" })];
      return known === "no" && then(isRepeatable, { kind: "after", ms: 100 }) === "wait" ? "if it says when" : known;
    };
    const cells = rows("## What is retried").get(`\`${kind}\``) ?? [];
    const [, verdict, repeatable, others] = cells.map((cell) => cell.replace(/ \(.*\)$/, ""));
    expect({ verdict, repeatable, others }).toEqual({
      verdict: verdictOf(outcome, 10_000),
      repeatable: words(true),
      others: words(false),
    });
  });

  it("have the pieces in the order of stack.ts", async () => {
    const stack = await readFile(join(root, "resilience/stack.ts"), "utf8");
    const list = stack.slice(stack.indexOf("const interceptors"), stack.indexOf("beneath lies the pool"));
    const named = [...rows("## The order").keys()].slice(1).map((name) => name.replaceAll("`", ""));
    const places = named.slice(0, -1).map((name) => list.indexOf(name === "attemptTimeout" ? "    attempts," : name));
    expect(named.at(-1)).toBe("pool");
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });
});
