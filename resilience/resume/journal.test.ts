import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as machine from "./journal.ts";
import { ring } from "./ring.ts";

const limits: machine.JournalLimits = { maxMessages: 4, maxBytes: 400, flowBytes: 200, whenFull: "pause" };
const tens = (seq: number) => (seq - 1) * 10;

/** A journal that has made so many messages of 10 bytes. */
function made(count: number, options: Partial<machine.JournalLimits> = {}, from = machine.opened("e")) {
  let journal = from;
  for (let n = 0; n < count; n++) journal = machine.append(journal, tens, { ...limits, ...options });
  return journal;
}

function read(journal: machine.Journal, next = 1): machine.Journal {
  const attached = machine.attach(journal, { epoch: "e", next });
  if (machine.isRefusal(attached)) throw new Error(attached.kind);
  return attached;
}

describe("journal", () => {
  it("lets its maker go on until the limit waits; then a reader is waited for", () => {
    expect(machine.turn(made(3), tens, limits)).toBe("make");
    expect(machine.turn(made(4), tens, limits)).toBe("wait");
    const reading = read(made(4));
    expect(machine.turn(reading, tens, { ...limits, whenFull: "fail" })).toBe("wait");
    expect(machine.turn(machine.take(reading, 1, 1), tens, limits)).toBe("make");
  });

  it("does as it was told when it is full and nobody reads", () => {
    expect(machine.turn(made(4), tens, { ...limits, whenFull: "fail" })).toBe("fail");
    expect(machine.turn(made(4), tens, { ...limits, whenFull: "drop-oldest" })).toBe("make");
    expect(made(6, { whenFull: "drop-oldest" })).toMatchObject({ first: 3, next: 7 });
  });

  it("counts bytes as well, but takes one message of any size", () => {
    const large = (seq: number) => (seq - 1) * 1000;
    const one = machine.append(machine.opened("e"), large, limits);
    expect(one).toMatchObject({ first: 1, next: 2 });
    expect(machine.turn(machine.opened("e"), large, limits)).toBe("make");
    expect(machine.turn(one, large, limits)).toBe("wait");
  });

  it("is full at its last byte, and not by what was read", () => {
    const twenty = { ...limits, maxBytes: 20 };
    expect([machine.turn(made(1), tens, twenty), machine.turn(made(2), tens, twenty)]).toEqual(["make", "wait"]);
    const large = (seq: number) => (seq - 1) * 1000;
    const one = machine.append(read(machine.opened("e")), large, limits);
    expect(machine.turn(machine.take(one, 1, 1), large, limits)).toBe("make");
    // Nor by what was made and forgotten long ago.
    expect(machine.turn(made(1, {}, machine.opened("e", 1000)), tens, limits)).toBe("make");
  });

  it("forgets of what was read as much as its bytes need, and never its newest message", () => {
    const wide = { ...limits, maxBytes: 30, flowBytes: 1000 };
    let journal = read(machine.opened("e"));
    for (let seq = 1; seq <= 10; seq++) journal = machine.take(machine.append(journal, tens, wide), 1, seq);
    expect(journal).toMatchObject({ first: 8, next: 11 });
    const large = (seq: number) => (seq - 1) * 1000;
    let unread = machine.opened("e");
    for (let n = 0; n < 3; n++) unread = machine.append(unread, large, { ...limits, whenFull: "drop-oldest" });
    expect(unread).toMatchObject({ first: 3, next: 4 });
  });

  it("goes forward only, and ends when it is told", () => {
    const three = machine.take(read(made(4)), 1, 3);
    expect(machine.take(three, 1, 1)).toBe(three);
    expect([three.hasEnded, machine.end(three).hasEnded]).toEqual([false, true]);
    expect(machine.end(three)).toEqual({ ...three, hasEnded: true });
  });

  it("keeps what may still be on its way to the reader, and forgets what is before", () => {
    let journal = read(machine.opened("e"));
    for (let seq = 1; seq <= 100; seq++) {
      journal = machine.take(machine.append(journal, tens, { ...limits, flowBytes: 50 }), 1, seq);
    }
    expect(journal).toMatchObject({ first: 95, taken: 101, next: 101 });
    expect(machine.shed(journal)).toMatchObject({ first: 101 });
  });

  it("takes a position for an acknowledgement of all before it", () => {
    expect(read(made(4), 3)).toMatchObject({ first: 3, taken: 3, fence: 1, isRead: true });
  });

  it.each([
    [{ epoch: "f", next: 1 }, { kind: "epoch-lost" }],
    [
      { epoch: "e", next: 6 },
      { kind: "beyond", last: 4 },
    ],
    [
      { epoch: "e", next: 2 },
      { kind: "gap", first: 3 },
    ],
  ])("refuses %j", (position, refusal) => {
    const attached = machine.attach(read(made(4), 3), position);
    expect(attached).toEqual(refusal);
    expect([machine.isRefusal(attached), machine.isRefusal(made(4))]).toEqual([true, false]);
  });

  it("is read by the newest reader alone: of older ones nothing counts", () => {
    const second = read(read(made(4)), 2);
    expect(second.fence).toBe(2);
    expect(machine.detach(second, 1)).toBe(second);
    expect(machine.take(second, 1, 4)).toBe(second);
    expect(machine.detach(second, 2)).toMatchObject({ isRead: false });
  });

  it("never forgets what the reader has not been given, never lets more wait than it may, and always goes on", () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant("make" as const), size: fc.nat({ max: 300 }) }),
      fc.record({ do: fc.constant("take" as const) }),
      fc.record({ do: fc.constant("leave" as const) }),
      fc.record({ do: fc.constant("come" as const), back: fc.nat({ max: 3 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const messages = ring(1);
        let journal = machine.opened("e");
        let fence = 0;
        for (const each of steps) {
          if (each.do === "make" && machine.turn(journal, messages.offset, limits) === "make") {
            messages.push(new Uint8Array(each.size));
            journal = machine.append(journal, messages.offset, limits);
          }
          if (each.do === "take" && journal.isRead && journal.taken < journal.next) {
            expect(messages.at(journal.taken)).toBeDefined();
            journal = machine.take(journal, fence, journal.taken);
          }
          if (each.do === "leave") journal = machine.detach(journal, fence);
          if (each.do === "come") {
            const attached = machine.attach(journal, { epoch: "e", next: Math.max(1, journal.taken - each.back) });
            if (!machine.isRefusal(attached)) journal = attached;
            fence = journal.fence;
          }
          messages.forgetBefore(journal.first);
          const { first, taken, next } = journal;
          expect(first).toBeLessThanOrEqual(taken);
          expect(taken).toBeLessThanOrEqual(next);
          // Those that came back for older ones are the only ones with more before them.
          expect(next - taken).toBeLessThanOrEqual(limits.maxMessages + 3);
          // One message more than the limit, at most.
          expect(messages.offset(next) - messages.offset(first)).toBeLessThan(limits.maxBytes + 332);
          if (taken === next) expect(machine.turn(journal, messages.offset, limits)).toBe("make");
        }
      }),
      { numRuns: Number(process.env.SEEDS ?? 300) },
    );
  });
});

describe("ring", () => {
  it("finds messages by number and forgets from the oldest, a few thousand of them", () => {
    const messages = ring(5);
    for (let seq = 5; seq < 5000; seq++) {
      messages.push(Uint8Array.of(seq % 256));
      messages.forgetBefore(seq - 9);
    }
    expect(messages.at(4999)).toEqual(Uint8Array.of(4999 % 256));
    expect(messages.at(4990)).toEqual(Uint8Array.of(4990 % 256));
    expect(messages.at(4989)).toBeUndefined();
    expect(messages.at(5000)).toBeUndefined();
    expect(messages.offset(4999) - messages.offset(4990)).toBe(9 * 33);
    expect(messages.weight).toBe(10 * 33);
  });
});
