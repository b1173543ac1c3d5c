// Bytes come one a second: from a replica to its callers, and from callers to a replica.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { allLive, exactly, keepsDeadline, nothingHangs, slows, succeeds } from "../checks.ts";
import { between, callsIn, wholeOf } from "../figures.ts";
import type { Field, Scenario } from "../scenario.ts";

const slowCallers = 20;
/** A server gives a caller 5 s for its headers, and looks twice a second. */
const shedMs = 8000;

export const slowBytes: Scenario = {
  id: "slow-bytes",
  chaos: "C7",
  title: "one byte a second from one of three, and to another",
  hasProxies: true,
  lengthMs: ({ seconds }) => Math.max(seconds * 1000, shedMs + 5000),
  async strike(field) {
    const { replicas, until, mark } = field;
    await until(0.2);
    mark("fault");
    replicas[0]!.proxy!.inject({ kind: "trickle", bytes: 1, everyMs: 1000 });
    const callers = Array.from({ length: slowCallers }, () => slowCaller(replicas[1]!.proxy!.port));
    for (const shed of callers) watch(shed, field);
    await until(0.9);
    replicas[0]!.proxy!.inject({ kind: "none" });
    mark("healed");
    await until(1);
    for (const { socket } of callers) socket.destroy();
  },
  judge: (noted, { isQuick }) => [
    succeeds(noted),
    keepsDeadline(noted),
    // An attempt's own limit ends it, in time for another.
    exactly(
      "calls that ran into their deadline",
      callsIn(noted, wholeOf(noted)).filter(({ error }) => error?.startsWith("deadline_exceeded")).length,
      0,
    ),
    // A short run has too few calls for its 99th percentile to stand still, or to hide those by which it is noticed.
    slows(
      noted,
      isQuick ? "p99 after the first 3 s" : "p99 from the fault on",
      [between(noted, "fault")[0] + (isQuick ? 3000 : 0), between(noted, "healed")[0]],
      between(noted, undefined, "fault"),
      isQuick ? 1.5 : 1.2,
    ),
    nothingHangs(noted),
    allLive(noted),
  ],
};

/** Says that it will ask for something, a byte at a time. */
function slowCaller(port: number): { socket: Socket; closed: Promise<unknown> } {
  const socket = connect(port, "127.0.0.1").on("error", () => {});
  const closed = once(socket, "close");
  socket.resume().write("POST /synapse.v1.ClaudeService/Plan HTTP/1.1\r\nhost: x\r\nx-slow: ");
  return { socket, closed };
}

function watch({ socket, closed }: ReturnType<typeof slowCaller>, { clock, wrong }: Field): void {
  const callOffDrip = clock.every(1000, () => socket.write("a"));
  const callOffWait = clock.after(shedMs, () => wrong(`a slow caller still was there after ${shedMs} ms`));
  void closed.finally(() => {
    callOffDrip();
    callOffWait();
  });
}
