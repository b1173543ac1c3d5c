import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "#core/clock.ts";
import { type Piece, pieces } from "./garbage-pieces.ts";
import { type System, startSystem } from "./system.ts";

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

const seed = Math.floor(systemClock.date().getTime() / 86_400_000);

/** Sends a piece and reads until the other side closes or has answered; "hung" after 10 s. */
async function sent(port: number, { bytes }: Piece): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  socket.on("error", () => {});
  socket.on("data", (data) => {
    answer += data.toString("latin1");
    // Changed bytes may leave a good request on a connection that stays open.
    if (answer.startsWith("HTTP/1.1") && answer.includes("\r\n\r\n")) socket.end();
  });
  socket.write(bytes);
  const late = systemClock.after(10_000, () => {
    answer = "hung";
    socket.destroy();
  });
  // events.once would reject for a reset connection: here a reset is an answer.
  await new Promise((resolve) => socket.once("close", resolve));
  late();
  return answer;
}

function isAsExpected(answer: string, { expects }: Piece): boolean {
  const status = /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? "";
  if (answer === "hung") return false;
  if (expects === "400") return status === "400";
  if (expects === "4xx") return status.startsWith("4");
  // Connect's own word for an encoding it does not know is "unimplemented".
  if (expects === "answer") return status.startsWith("4") || status === "501";
  // Raw bytes: an error, or a close without a word; what happened to stay a good request may be answered.
  return status === "" || !status.startsWith("5");
}

describe.concurrent.each(["claude", "codex", "gateway"] as const)("%s under 200 pieces of garbage", (name) => {
  it(`answers each in its protocol's way or closes, and lives (seed ${seed})`, async () => {
    const { port, child, url } = system.processes[name];
    const wrong: string[] = [];
    const waiting = pieces(seed);
    const worker = async () => {
      for (let piece = waiting.pop(); piece; piece = waiting.pop()) {
        const answer = await sent(port, piece);
        if (!isAsExpected(answer, piece)) wrong.push(`${piece.name}: ${answer.slice(0, 120)}`);
      }
    };
    await Promise.all(Array.from({ length: 16 }, worker));
    expect(wrong).toEqual([]);
    expect(child.exitCode).toBeNull();
    const health = await fetch(`${url}/health`);
    expect(await health.json()).toMatchObject({ status: "ok", service: name });
  });
});
