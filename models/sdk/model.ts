// One model of a provider: an ask becomes one streamed request, and its end is judged by what came over the wire.
import type { Clock } from "#core/clock.ts";
import { jsonIn } from "../json-in.ts";
import { type Ask, type Model, nameOf, type Reply } from "../model.ts";
import { providerFailure } from "../provider-failure.ts";
import type { Dialect, Endpoint, Json, Tokens, Told } from "./dialect.ts";
import { left } from "./left.ts";
import { listen, nothingSaid, type Said } from "./listen.ts";
import { fallen } from "./outcome.ts";
import { scrubbed } from "./scrub.ts";
import type { Limits } from "./settings.ts";
import { payerOf, spentBy } from "./usage.ts";
import { codeOf, wire } from "./wire.ts";

export interface SdkModelOptions extends Omit<Endpoint, "fetch"> {
  limits: Pick<Limits, "firstByteMs" | "stallMs">;
  clock: Clock;
}

export function modelOf(dialect: Dialect, options: SdkModelOptions): Model {
  const { limits, clock, ...place } = options;
  const { model, apiKey, baseUrl } = place;
  const { kind } = dialect;
  const engine = nameOf({ kind, model });
  const payer = payerOf(kind, apiKey, baseUrl);

  async function ask(question: Ask): Promise<Reply> {
    const { signal, maxOutputTokens } = question;
    const trail = newTrail();
    const said = nothingSaid();
    const line = wire({ ...limits, signal, event: (event) => follow(trail, dialect.reads(event)), clock });
    if (!signal.aborted) {
      const asked = { ...question, signal: line.signal };
      await listen(dialect, { ...place, fetch: line.fetch }, asked, { said, answers: line.answers });
    }
    await line.close();
    const { heard } = line;
    const usage = spentBy({
      ...{ payer, modelRequested: model, modelUsed: trail.modelUsed, tokens: trail.tokens },
      ...{ status: heard.status, sent: heard.sent, asked: heard.asked },
      ...{ ended: trail.ended, failed: trail.error !== undefined },
      heard: said.thought + said.text,
    });
    const requestId = requestIdOf(heard.headers) || trail.requestId;
    if (signal.aborted) throw left(engine, signal, usage, requestId);
    const fault = fallen({
      kind,
      model,
      baseUrl,
      apiKey,
      maxOutputTokens,
      heard,
      ...trail,
      ...said,
      now: clock.date(),
    });
    // A whole answer was sent for, and so has its usage.
    if (!fault) return { ...answered(said), usage: usage!, requestId };
    throw providerFailure({
      ...{ engine, fault: fault.fault, status: heard.status, usage, retryAfterMs: fault.retryAfterMs },
      message: scrubbed(fault.message, [apiKey]),
      requestId: fault.requestId || requestId,
      cause: heard.status < 300 ? beneath(heard.broken ?? said.confused, apiKey) : undefined,
    });
  }

  return { kind, model, ask };
}

/** What the stream tells until it ends. */
interface Trail {
  modelUsed: string;
  requestId: string;
  tokens: Partial<Tokens>;
  ended: boolean;
  error: Json | undefined;
}

const newTrail = (): Trail => ({ modelUsed: "", requestId: "", tokens: {}, ended: false, error: undefined });

function follow(trail: Trail, { model, requestId, tokens, ended, error }: Told): void {
  trail.modelUsed ||= model ?? "";
  trail.requestId ||= requestId ?? "";
  trail.ended ||= ended ?? false;
  trail.error ??= error;
  Object.assign(trail.tokens, tokens);
}

const requestIdOf = (headers: Headers) =>
  ["request-id", "x-request-id", "x-goog-request-id"].map((name) => headers.get(name)).find(Boolean) ?? "";

function answered({ text, final, sources }: Said): Pick<Reply, "value" | "text" | "sources"> {
  return { value: jsonIn(text) ?? jsonIn(final), text, sources: [...sources] };
}

/** For the log: the library's errors hold the prompt, and may hold a key. */
function beneath(error: unknown, apiKey: string): Error | undefined {
  if (error === undefined) return undefined;
  const { name, message } = error instanceof Error ? error : { name: "Error", message: "" };
  return new Error(scrubbed(`${name} ${codeOf(error)}: ${message}`, [apiKey]).slice(0, 300));
}
