// One stream read to its end over as many connections as that takes.
//
//   opening -> reading -> ended
//      ^          |
//      |        broken, or the server is leaving
//      +- waiting -> failed: nothing new in maxResumes attempts, no time or budget left, another kind of error
//           |
//         lost: fails, or begins anew
import type { Message } from "@bufbuild/protobuf";
import type { AnyFn, StreamRequest, StreamResponse } from "#core/call.ts";
import type { Clock } from "#core/clock.ts";
import { messageOf, Reason, reasonOf } from "#core/failure.ts";
import type { Rng } from "#core/rng.ts";
import { minWorkMs } from "../call/attempt.ts";
import { type Call, callKey, callOf, listenerKey, withValue } from "../call/call.ts";
import { classify } from "../call/classify.ts";
import { idempotencyKeyHeader, isRepeatable } from "../call/idempotency.ts";
import { type Place, placeKey } from "../call/place.ts";
import { pushbackOf } from "../call/pushback.ts";
import { stateTimeout } from "../call/timeout-header.ts";
import type { Happening } from "../happening.ts";
import { backoffMs } from "../retry/backoff.ts";
import { leaving, sayFarewell } from "./farewell.ts";
import { streamHeader } from "./headers.ts";
import type { ResumeOptions, ResumeParts } from "./resume.ts";
import { journalThread, positionThread } from "./thread.ts";

type Parts = { [K in keyof ResumeParts]-?: ResumeParts[K] | undefined } & { clock: Clock; rng: Rng };

/** Answers with the first connection's headers and the last one's trailers. */
export async function resumption(
  req: StreamRequest,
  next: AnyFn,
  options: ResumeOptions,
  parts: Parts,
): Promise<StreamResponse> {
  const { budget, checkpoints, onReset, observe, clock, rng } = parts;
  const { method, signal } = req;
  const call = callOf(req, clock);
  const [input] = (await Array.fromAsync(req.message)) as [Message];
  const streamId = checkpoints?.streamId(req);
  const saved = streamId === undefined ? undefined : await checkpoints?.store.load(streamId);
  const thread = options.position ? positionThread(options.position) : journalThread(saved);
  const listener = req.contextValues.get(listenerKey);
  const trailer = new Headers();
  let key = req.header.get(idempotencyKeyHeader);
  let owner: string | undefined;
  let place: Place = { prefer: undefined, went: undefined };
  let delivered = 0;
  let resumes = 0;
  let restarts = 0;
  let opened = 0;
  let hasLeft = false;

  function tell(happening: Happening) {
    observe?.(happening);
    listener?.(happening);
  }

  /** One more logical call for those below, within what is left of this one's time. */
  async function open(): Promise<Opened> {
    place = { prefer: owner, went: undefined };
    const own: Call = opened === 0 ? call : { ...call, attempts: 0, failed: [] };
    const contextValues = withValue(withValue(req.contextValues, callKey, own), placeKey, place);
    const { header, message } = thread.request(req.header, input);
    // Interceptors below may have given the call its key: a call that begins anew is the same one.
    if (key !== null) header.set(idempotencyKeyHeader, key);
    if (opened++ > 0 && call.timing === "header" && call.deadline < Number.POSITIVE_INFINITY) {
      stateTimeout(header, call.deadline - clock.now());
    }
    const res = (await next({
      ...req,
      header,
      message: once(message),
      contextValues,
    } as StreamRequest)) as StreamResponse;
    key = header.get(idempotencyKeyHeader);
    return { res, reading: res.message[Symbol.asyncIterator]() as AsyncIterator<Message>, isChecked: false };
  }

  /** Goes on after an error, or throws the one there is to tell. */
  async function reopen(broken: unknown, last: Opened | undefined): Promise<Opened> {
    let error = broken;
    let at = last;
    for (;;) {
      if (signal.aborted) {
        leave();
        throw leaving(signal);
      }
      const isLost = thread.isLost(error, at?.res.header);
      if (isLost && !isElsewhere()) await restart(error);
      else if (!isLost && !isResumable(error)) throw error;
      const delayMs = delay(error);
      resumes++;
      // Who left meanwhile is seen to at the beginning.
      const waited = await clock.sleep(delayMs, signal).then(
        () => true,
        () => false,
      );
      if (!waited) continue;
      try {
        return await open();
      } catch (cause) {
        error = cause;
        at = undefined;
      }
    }
  }

  /** Only the process that has the stream knows that it is lost; another one is not asked for long. */
  function isElsewhere(): boolean {
    return owner !== undefined && place.went !== undefined && place.went !== owner && resumes < options.maxResumes;
  }

  function isResumable(error: unknown): boolean {
    if (!thread.canResume) return false;
    const { class: kind, isDependency, isShed } = classify(error, signal);
    const isBroken = ["broken", "unavailable", "unsent", "local", "timeout"].includes(kind) && !isDependency;
    // A stream that has come on since it broke last pays nothing: its server has the messages, and does no work twice.
    if (isBroken && !isShed && resumes > 0) budget?.failed();
    return isBroken;
  }

  /** How long to wait; throws the error when there is no sense in it. */
  function delay(error: unknown): number {
    const pushback = pushbackOf(error, clock.date());
    // Only a peer may forbid it: below, retries that are spent say "never" too, of the one call that they were made for.
    const isForbidden = pushback.kind === "never" && classify(error, signal).class === "unavailable";
    if (resumes >= options.maxResumes || isForbidden) throw error;
    const least = pushback.kind === "after" ? pushback.ms : 0;
    const ms = Math.max(least, backoffMs(resumes + 1, options, rng.float()));
    if (least > options.maxPushbackMs || clock.now() + ms + minWorkMs >= call.deadline) throw error;
    if (budget && resumes > 0 && !budget.mayRetry()) throw error;
    return ms;
  }

  /** The stream is lost: begins the call anew, or throws. */
  async function restart(error: unknown) {
    const { onEpochLost, maxRestarts } = options;
    if (streamId !== undefined) await checkpoints?.store.remove(streamId);
    if (onEpochLost === "fail" || !isRepeatable(method) || restarts >= maxRestarts) throw error;
    restarts++;
    // A new stream may be tried for as often as the one that is lost.
    resumes = 0;
    const isSkipping = onEpochLost === "restartAndSkip";
    thread.restart(isSkipping);
    owner = undefined;
    if (isSkipping) return;
    onReset?.(delivered, req);
    tell({ kind: "reset", method, delivered, reason: messageOf(error) });
    delivered = 0;
  }

  /** What the answer's headers say, once it is clear that it is no error. */
  function check(at: Opened) {
    at.isChecked = true;
    const refused = thread.begun(at.res.header);
    if (refused) return refused;
    owner = place.went ?? owner;
    if (opened > 1) tell({ kind: "resumed", method, delivered, attempt: opened - 1 });
    return undefined;
  }

  /** The caller will not come back, unless its place is kept, or its process leaves and the next one comes with the same key. */
  function leave() {
    if (hasLeft) return;
    hasLeft = true;
    const isFinal = !signal.aborted || reasonOf(signal.reason) === Reason.CANCELED;
    const header = isFinal && streamId === undefined ? thread.farewell(req.header) : undefined;
    if (header) sayFarewell({ ...req, header, message: once(input) } as StreamRequest, next, { call, owner, clock });
  }

  async function save() {
    const checkpoint = streamId === undefined ? undefined : thread.checkpoint();
    if (checkpoint) await checkpoints?.store.save(streamId!, checkpoint);
  }

  async function* messages(first: Opened): AsyncGenerator<Message> {
    let at = first;
    let isOver = false;
    let isGiven = false;
    // Who does not read just then sees no abort, and stock transports tell of leaving in no other way.
    const left = () => isGiven && leave();
    signal.addEventListener("abort", left);
    const goOn = async (error: unknown) => {
      isOver = true;
      at = await reopen(error, at);
      isOver = false;
    };
    try {
      for (;;) {
        let result: IteratorResult<Message>;
        try {
          result = await at.reading.next();
        } catch (error) {
          // An answer that broke before its first message has said all the same which stream it is.
          const isKnown = !at.isChecked && at.res.header.has(streamHeader);
          await goOn((isKnown && check(at)) || error);
          continue;
        }
        const unusable = at.isChecked ? undefined : check(at);
        if (unusable) {
          await at.reading.return?.();
          await goOn(unusable);
          continue;
        }
        if (result.done) break;
        if (!thread.arrived(result.value)) continue;
        resumes = 0;
        delivered++;
        if (options.saving === "save-then-deliver") await save();
        isGiven = true;
        yield result.value;
        isGiven = false;
        if (options.saving === "deliver-then-save") await save();
      }
      isOver = true;
      for (const [name, value] of at.res.trailer) trailer.append(name, value);
      const cut = thread.ended(at.res.trailer);
      if (cut) throw cut;
      if (streamId !== undefined) await checkpoints?.store.remove(streamId);
    } finally {
      signal.removeEventListener("abort", left);
      if (!isOver) {
        leave();
        await at.reading.return?.();
      }
    }
  }

  const first = await open().catch((error) => {
    if (saved === undefined) throw error;
    return reopen(error, undefined);
  });
  return { ...first.res, trailer, message: messages(first) } as StreamResponse;
}

interface Opened {
  res: StreamResponse;
  reading: AsyncIterator<Message>;
  /** Whether its headers were looked at. */
  isChecked: boolean;
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}
