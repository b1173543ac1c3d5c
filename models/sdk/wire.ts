// The one request of an ask: sent once, never to another host, watched for silence, and heard beside the library.
import { parseJsonEventStream } from "ai";
import { z } from "zod";
import type { Clock } from "#core/clock.ts";
import { type Json, objectOf } from "./dialect.ts";

export interface WireOptions {
  /** The caller's. */
  signal: AbortSignal;
  /** How long a model may be silent before it begins to answer. */
  firstByteMs: number;
  /** How long it may be silent from then on. */
  stallMs: number;
  /** Hears every event of the stream. */
  event: (event: Json) => void;
  clock: Clock;
}

/** What came back, as far as it came. */
export interface Heard {
  /** The request left, as far as is known. */
  sent: boolean;
  /** Its body. */
  asked: string;
  /** Of the answer; 0 while there is none. */
  status: number;
  headers: Headers;
  /** The body of a refusal. */
  refusal: string;
  /** Anything of a stream's body. */
  begun: boolean;
  events: number;
  /** An event was no JSON. */
  malformed: boolean;
  /** What the connection broke with. */
  broken?: unknown;
  /** The silence that was too long. */
  silent?: "slow" | "stalled";
  silentMs: number;
  /** It sent more than any answer needs. */
  flooded: boolean;
}

/** The longest answers are some hundred kilobytes; with the events around them ten times that and more. */
export const maxAnswerBytes = 32 << 20;

export interface Wire {
  readonly fetch: typeof fetch;
  /** Aborts when the caller leaves and when the silence is too long. */
  readonly signal: AbortSignal;
  readonly heard: Heard;
  /** The model has begun to answer. */
  answers(): void;
  /** Lets go of the connection and waits for what was heard. */
  close(): Promise<void>;
}

export function wire({ signal: caller, firstByteMs, stallMs, event, clock }: WireOptions): Wire {
  const ending = new AbortController();
  const signal = AbortSignal.any([caller, ending.signal]);
  const heard = nothingHeard();
  let patienceMs = firstByteMs;
  let calledOff = () => {};
  let reading: Promise<void> = Promise.resolve();

  function listen(): void {
    calledOff();
    calledOff = clock.after(patienceMs, () => {
      heard.silent = heard.begun ? "stalled" : "slow";
      heard.silentMs = patienceMs;
      ending.abort(new Error(`silent for ${patienceMs} ms`));
    });
  }

  async function send(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
    // The library would continue some answers by itself.
    if (heard.sent) throw new Error("an ask is one request");
    heard.sent = true;
    heard.asked = typeof init?.body === "string" ? init.body : "";
    listen();
    // A redirect would carry the key to wherever it points.
    const res = await fetch(input, { ...init, redirect: "manual", signal });
    heard.status = res.status;
    heard.headers = res.headers;
    listen();
    if (res.ok && res.body !== null) return new Response(hear(res.body), res);
    heard.refusal = await beginningOf(res.body);
    return new Response(heard.refusal === "" ? null : heard.refusal, { status: res.status, headers: res.headers });
  }

  function hear(body: ReadableStream<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array<ArrayBuffer>> {
    let bytes = 0;
    const noticed = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, out) {
        heard.begun = true;
        bytes += chunk.length;
        if (bytes > maxAnswerBytes) {
          heard.flooded = true;
          ending.abort(new Error("the answer does not end"));
          return;
        }
        listen();
        out.enqueue(chunk);
      },
    });
    const [ours, theirs] = body.pipeThrough(noticed).tee();
    reading = read(ours);
    return theirs;
  }

  async function read(body: ReadableStream<Uint8Array>): Promise<void> {
    try {
      for await (const parsed of parseJsonEventStream({ stream: body, schema: z.unknown() })) {
        heard.events++;
        if (parsed.success) event(objectOf(parsed.value));
        else heard.malformed = true;
      }
    } catch (error) {
      heard.broken = error;
    }
  }

  return {
    signal,
    heard,
    fetch: (...args) =>
      send(...args).catch((error: unknown) => {
        heard.broken ??= error;
        if (heard.status === 0 && !signal.aborted) heard.sent = wasReached(error);
        throw error;
      }),
    answers() {
      if (patienceMs === stallMs) return;
      patienceMs = stallMs;
      listen();
    },
    async close() {
      calledOff();
      ending.abort(new Error("the ask has ended"));
      await reading;
    },
  };
}

const maxRefusalLength = 65_536;

/** Whoever refuses may send a whole page. */
async function beginningOf(body: ReadableStream<Uint8Array<ArrayBuffer>> | null): Promise<string> {
  let text = "";
  for await (const piece of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += piece;
    if (text.length >= maxRefusalLength) break;
  }
  return text.slice(0, maxRefusalLength);
}

const nothingHeard = (): Heard => ({
  ...{ sent: false, status: 0, headers: new Headers(), refusal: "", begun: false, events: 0, malformed: false },
  ...{ asked: "", silentMs: 0, flooded: false },
});

/** A connection that broke had been there. */
export const wasReached = (error: unknown): boolean => /RESET|PIPE|UND_ERR_SOCKET/.test(codeOf(error));

/** The code of a network's error, however deep. */
export function codeOf(error: unknown): string {
  for (let each = error; each instanceof Error; each = each.cause) {
    const { code } = each as Error & { code?: unknown };
    if (typeof code === "string") return code;
    if (each instanceof AggregateError && each.errors.length > 0) return codeOf(each.errors[0]);
  }
  return "unknown";
}
