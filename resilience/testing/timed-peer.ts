// A Transport for tests: each call takes the time its script says, on the test's clock, and ends at its deadline.
import { create } from "@bufbuild/protobuf";
import type { ContextValues, Transport } from "@connectrpc/connect";
import { ConnectError, failure, Reason } from "#core/failure.ts";
import type { ManualClock } from "#core/manual-clock.ts";
import { withOrigin } from "#core/origin.ts";
import { type Attempt, attemptKey } from "../call/call.ts";

/** What one call does: after a while it is answered, or fails; a stream's messages each take a while. */
export interface Script {
  afterMs: number;
  error?: ConnectError;
  /** The times between the messages of a stream after its first. */
  messagesMs?: readonly number[];
}

/** One call as the peer saw it. */
export interface Asked {
  readonly timeoutMs: number | undefined;
  readonly header: Headers;
  readonly signal: AbortSignal | undefined;
  readonly attempt: Attempt | undefined;
  readonly at: number;
  /** How it ended, and after how long; undefined while it runs. */
  ended?: { how: "answered" | "failed" | "late" | "left"; elapsedMs: number; reason: unknown };
}

export function timedPeer(clock: ManualClock, script: (nth: number) => Script) {
  const asked: Asked[] = [];

  type Init = ConstructorParameters<typeof Headers>[0];
  function begin(
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    init: Init,
    values: ContextValues | undefined,
  ) {
    const attempt = values?.get(attemptKey);
    const seen: Asked = { timeoutMs, header: new Headers(init), signal, attempt, at: clock.now() };
    asked.push(seen);
    const told = script(asked.length);
    if (attempt) attempt.endpoint ??= `endpoint ${asked.length}`;
    const until = timeoutMs === undefined ? Number.POSITIVE_INFINITY : seen.at + timeoutMs;
    const end = (how: NonNullable<Asked["ended"]>["how"], reason?: unknown) => {
      seen.ended ??= { how, elapsedMs: clock.now() - seen.at, reason };
      return reason;
    };
    const wait = async (ms: number) => {
      if (ms > 0)
        await clock.sleep(Math.min(ms, until - clock.now()), signal).catch((reason: unknown) => {
          throw end("left", ConnectError.from(reason));
        });
      if (clock.now() < until) return;
      throw end("late", withOrigin(failure(Reason.DEADLINE, `no answer within ${timeoutMs} ms`), "deadline"));
    };
    return { told, end, wait };
  }

  const transport: Transport = {
    async unary(method, signal, timeoutMs, header, _message, values) {
      const { told, end, wait } = begin(signal, timeoutMs, header, values);
      await wait(told.afterMs);
      if (told.error) throw end("failed", told.error);
      end("answered");
      const none = new Headers();
      return {
        stream: false,
        service: method.parent,
        method,
        header: none,
        trailer: none,
        message: create(method.output),
      };
    },
    async stream(method, signal, timeoutMs, header, messages, values) {
      const requests = await Array.fromAsync(messages);
      if (requests.length !== 1) throw new TypeError(`a server stream has one request, got ${requests.length}`);
      const { told, end, wait } = begin(signal, timeoutMs, header, values);
      async function* answers() {
        await wait(told.afterMs);
        if (told.error) throw end("failed", told.error);
        yield create(method.output);
        for (const ms of told.messagesMs ?? []) {
          await wait(ms);
          yield create(method.output);
        }
        end("answered");
      }
      const none = new Headers();
      return { stream: true, service: method.parent, method, header: none, trailer: none, message: answers() };
    },
  };
  return { transport, asked };
}
