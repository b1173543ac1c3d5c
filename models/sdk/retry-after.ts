// When a provider says to come back, in each of the ways providers say it.
import { objectOf } from "./dialect.ts";

/** From `now` on, in milliseconds; undefined when it was not said. */
export function retryAfterMs(headers: Headers, body: unknown, now: Date): number | undefined {
  const said = stated(headers, now) ?? retryInfo(body) ?? regained(body, now) ?? reset(headers, now);
  return said === undefined || Number.isNaN(said) ? undefined : Math.max(0, Math.ceil(said));
}

/** RFC 9110, section 10.2.3: seconds or a date; `retry-after-ms` is how OpenAI says it finer. */
function stated(headers: Headers, now: Date): number | undefined {
  const fine = headers.get("retry-after-ms");
  if (fine !== null && /^\d+(\.\d+)?$/.test(fine)) return Number(fine);
  const text = headers.get("retry-after");
  if (text === null) return undefined;
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : untilDate(text, now);
}

/** Google's `google.rpc.RetryInfo` among the details of an error. */
function retryInfo(body: unknown): number | undefined {
  const details = objectOf(objectOf(body).error).details;
  const delays = (Array.isArray(details) ? details : []).map((detail) => objectOf(detail).retryDelay);
  const delay = delays.find((each) => typeof each === "string");
  return typeof delay === "string" ? durationMs(delay) : undefined;
}

/** Anthropic's words when a month's limit is reached: "You will regain access on 2026-12-01 at 00:00 UTC". */
function regained(body: unknown, now: Date): number | undefined {
  const message = objectOf(objectOf(body).error).message;
  const [, day, time] = /regain access on (\d{4}-\d\d-\d\d) at (\d\d:\d\d) UTC/.exec(String(message)) ?? [];
  return day === undefined ? undefined : untilDate(`${day}T${time}:00Z`, now);
}

/**
 * `anthropic-ratelimit-requests-reset` and the like are dates, `x-ratelimit-reset-requests` and the like durations. The
 * latest of the limits that are used up counts; where that isn't told, the latest of all.
 */
function reset(headers: Headers, now: Date): number | undefined {
  const limits = [...headers].flatMap(([name, value]) => {
    const [, prefix, before, after] = /^((?:anthropic|x)-ratelimit-)(?:(.+)-reset|reset(-.+)?)$/.exec(name) ?? [];
    if (prefix === undefined) return [];
    const waitMs = durationMs(value) ?? untilDate(value, now);
    const left = headers.get(
      before === undefined ? `${prefix}remaining${after ?? ""}` : `${prefix}${before}-remaining`,
    );
    return waitMs === undefined ? [] : [{ waitMs, usedUp: left !== null && Number(left) <= 0 }];
  });
  const usedUp = limits.filter((limit) => limit.usedUp);
  const counted = usedUp.length > 0 ? usedUp : limits;
  return counted.length === 0 ? undefined : Math.max(...counted.map(({ waitMs }) => waitMs));
}

/** Such as "1h2m3.5s", "20ms" and "34.07s". */
function durationMs(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * unitsMs[unit as keyof typeof unitsMs], 0);
}

const unitsMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A date in words, or the seconds or milliseconds since 1970; a small number is seconds from now. */
function untilDate(text: string, now: Date): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) {
    const count = Number(text);
    if (count < 1e9) return count * 1000;
    return (count < 1e12 ? count * 1000 : count) - now.getTime();
  }
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at - now.getTime();
}
