import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { type Event, EventSchema } from "#gen/synapse/v1/event_pb.ts";
import { budgetEventOf, folded, reservedBody, settledBody } from "./budget-log.ts";
import { notBegun, workedAfter, workedMs } from "./budget-time.ts";

const events = (...bodies: [Event["body"] | object, number?][]) =>
  bodies.map(([body, ms = 0], n) =>
    create(EventSchema, { seq: BigInt(n + 1), time: timestampFromMs(ms), body: body as never }),
  );
const created = { case: "runCreated", value: { budget: { costNanoUsd: 100n } } };
const waiting = { case: "runWaiting", value: {} };
const resumed = { case: "runResumed", value: {} };

describe("a budget in the log", () => {
  it("begins with the run, and follows what is reserved, settled and raised", () => {
    const amounts = { nanoUsd: 40n, tokens: 0n, calls: 0 };
    const log = events(
      [created],
      [reservedBody("a", amounts)],
      [{ case: "outputDelta", value: { text: "…" } }],
      [settledBody("a", { ...amounts, nanoUsd: 7n }, false)],
      [reservedBody("b", amounts)],
      [{ case: "budgetRaised", value: { limit: { costNanoUsd: 200n } } }],
    );
    const state = folded(undefined, log)!;
    expect(state).toMatchObject({ limits: { nanoUsd: 200n }, original: { nanoUsd: 100n }, spent: { nanoUsd: 7n } });
    expect([...state.held]).toEqual([["b", amounts]]);
    expect(folded(folded(undefined, log.slice(0, 3)), log.slice(3))).toEqual(state);
  });

  it("is none where the run has none", () => {
    expect(folded(undefined, events([{ case: "runCreated", value: { task: "t" } }]))).toBeUndefined();
  });

  it("reads what it wrote", () => {
    const amounts = { nanoUsd: 1n, tokens: 2n, calls: 3 };
    const [reserved, settled] = events([reservedBody("k", amounts)], [settledBody("k", amounts, true)]);
    expect(budgetEventOf(reserved!)).toEqual({ kind: "reserve", key: "k", ...amounts });
    expect(budgetEventOf(settled!)).toEqual({ kind: "settle", key: "k", unknown: true, ...amounts });
  });
});

describe("the time a run has worked", () => {
  it("does not count the times it waited, also with waits within waits", () => {
    const log = events([created, 1000], [waiting, 2000], [waiting, 2500], [resumed, 5000], [waiting, 6000]);
    const at = (n: number) => log.slice(0, n).reduce(workedAfter, notBegun);
    expect(workedMs(at(1), 1500)).toBe(500);
    expect(workedMs(at(3), 4000)).toBe(1000);
    expect(workedMs(at(4), 5500)).toBe(1500);
    expect(workedMs(at(5), 9000)).toBe(2000);
  });

  it("goes on over a restart that was no wait, and is never less than nothing", () => {
    const log = events([created, 1000], [resumed, 3000]).reduce(workedAfter, notBegun);
    expect(workedMs(log, 4000)).toBe(3000);
    expect(workedMs(log, 0)).toBe(0);
    expect(workedMs(notBegun, 5)).toBe(0);
  });
});
