// `synapse up` on a screen: one table that is drawn in place, and the logs above it.
import { describe, expect, it } from "vitest";
import { logLine } from "./log-line.ts";
import { screen } from "./testing/screen.ts";
import { upView } from "./up-view.ts";

const url = "http://127.0.0.1:5013";
const up = { kind: "up", url, ready: true, says: "" } as const;

describe("up view", () => {
  it("shows how each process is, and its log once it is up", () => {
    const terminal = screen(80);
    const view = upView(terminal);
    view.log("codex", '{"level":"info","name":"codex","msg":"sandbox","driver":"bwrap"}');
    expect(terminal.lines().length).toBe(4);
    view.set("codex", up);
    view.set("gateway", { kind: "down", why: "SIGKILL", waitMs: 400 });
    expect(terminal.lines()).toEqual([
      "codex    info sandbox driver=bwrap",
      "✘ gateway  ended (SIGKILL): starting again in 0.4s",
      "· claude   starting",
      "· gemini   starting",
      `✔ codex    ${url} ready`,
    ]);
  });

  it("drops what a process said before it died", () => {
    const terminal = screen(80);
    const view = upView(terminal);
    view.set("codex", up);
    view.set("codex", { kind: "down", why: "exit code 1", waitMs: 200 });
    view.checked("codex", up);
    expect(terminal.lines().at(-1)).toContain("ended (exit code 1)");
    expect(view.urls()).toEqual([]);
  });
});

describe("a line of a log", () => {
  it.each([
    ['{"level":"warn","time":"t","name":"x","pid":1,"msg":"slow","ms":12,"at":{"a":1}}', 'warn slow ms=12 at={"a":1}'],
    ["plain \x1b[31mtext", "plain text"],
    ["{not json", "{not json"],
  ])("%s", (line, shown) => expect(logLine(line)).toBe(shown));
});
