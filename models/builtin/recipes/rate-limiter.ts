// Recipe: a token bucket that limits the rate of requests, with time as data.
import { literal, recipe } from "../recipe.ts";

export const rateLimiter = recipe({
  id: "rate-limiter",
  title: "Limit the rate of requests with a token bucket",
  match: {
    needs: [
      (
        "rate limiter,rate limit,rate-limiter,rate limiting,token bucket,throttle request,limit request," +
        "레이트 리미터,속도 제한,속도 제한기,토큰 버킷,요청 제한,처리율 제한"
      ).split(","),
    ],
    means: [
      "limit|allow|cap|at most|no more than|throttle|reject|제한|허용|최대|거부|막 + request|call|message|hit|요청|호출 + per second|a second|each second|every second|per sec|per s|초당|1 초에|초에|일정 시간",
    ],
    knows: (
      "1 초에,1 초,one second,초에,api,api call,api request,per,sec,token,bucket,request,second,burst,refill,capacity,allow,reject,deny,refuse,limit,limiter,rate,time," +
      "timestamp,simulate,simulation,simulator,algorithm,per,accept,millisecond,ms,class," +
      "req,reqs,s,sec,rps,qps,r,call,호출," +
      "요청,초당,초,허용,거절,거부,제한,제한기,용량,버킷,토큰,시각,시간,방식,시뮬레이션,리미터,알고리즘"
    ).split(","),
    not: ["rest api"].concat(
      "minute,hour,분당,시간당,ip,nginx,redis,express,cloudflare,middleware,server,kubernetes,api gateway,jwt,서버,엔진엑스".split(
        ",",
      ),
    ),
  },
  params: {
    capacity: { kind: "integer", default: 3, min: 1, max: 1000, says: "tokens in a full bucket" },
    refill: { kind: "integer", default: 2, min: 1, max: 1000, says: "tokens per second" },
    times: {
      kind: "integers",
      default: [0, 0, 0, 0, 250, 500, 600, 1000, 1000, 1900, 3000, 3000, 3000, 3000],
      max: 100,
      says: "times of the requests in milliseconds",
    },
  },
  summary: ({ capacity, refill, times }) =>
    `A program that runs ${times.length} requests through a token bucket of ${capacity} with ${refill} more per second.`,
  facts: [
    {
      claim:
        "The bucket begins full, fills at a steady rate up to its capacity, and each allowed request takes one token.",
      confidence: 1,
    },
    { claim: "Capacity bounds a burst, the refill rate bounds the long run.", confidence: 1 },
    { claim: "Tokens need no timer: what came since the last request is added when the next one asks.", confidence: 1 },
    {
      claim: "Whole thousandths of a token are exact; ten times 0.1 in binary fractions is less than 1.",
      confidence: 1,
    },
  ],
  criteria: [
    "Allows a burst up to the capacity, then only as tokens come.",
    "A refused request takes no token.",
    "The bucket never holds more than its capacity.",
    "Times that go backwards end with exit code 1 and no output.",
  ],
  risks: ["One bucket serves one client in one process."],
  code: ({ capacity, refill, times }) => String.raw`// rate-limiter: a token bucket that allows or refuses requests.
// Run: node rate-limiter.mjs                        runs a built-in example
//      node rate-limiter.mjs < requests.txt         first line: capacity 2 refill 1 (tokens per second);
//                                                   then the time of each request in whole milliseconds
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const EXAMPLE = ${literal([`capacity ${capacity} refill ${refill}`, ...inOrder(times)].join("\n"))};

// Counts thousandths of a token: one token per second is one thousandth per millisecond, so all is exact.
class TokenBucket {
  #capacity;
  #refill;
  #tokens;
  #at = 0;

  constructor(capacity, refillPerSecond) {
    this.#capacity = capacity * 1000;
    this.#refill = refillPerSecond;
    this.#tokens = this.#capacity;
  }

  // Whether a request at this time is allowed; takes a token if so.
  allows(timeMs) {
    this.#tokens = Math.min(this.#capacity, this.#tokens + (timeMs - this.#at) * this.#refill);
    this.#at = timeMs;
    if (this.#tokens < 1000) return false;
    this.#tokens -= 1000;
    return true;
  }
}

function run(text) {
  const [first, ...lines] = text.trim().split(/\s*\n\s*/);
  const [, capacity, refill] = /^capacity (\d+) refill (\d+)$/.exec(first)?.map(Number) ?? [];
  if (!(capacity > 0)) throw new Error("the first line must be such as: capacity 2 refill 1");
  const bucket = new TokenBucket(capacity, refill);
  let last = 0;
  const answers = lines.map((line) => {
    if (!/^\d+$/.test(line)) throw new Error('"' + line + '" is not a time in whole milliseconds');
    const time = Number(line);
    if (time < last) throw new Error("time goes back to " + time + " after " + last);
    last = time;
    return time + (bucket.allows(time) ? " allow" : " refuse");
  });
  return answers.join("\n");
}

const input = isatty(0) ? "" : readFileSync(0, "utf8");
try {
  console.log(run(input.trim() === "" ? EXAMPLE : input));
} catch (error) {
  console.error("rate-limiter: " + error.message);
  process.exitCode = 1;
}
`,
  cases: ({ capacity, refill, times }) => [
    { name: "the given limits", stdin: "", stdout: byArrivalTime(capacity, refill, times) },
    {
      name: "a burst, then one a second",
      stdin: "capacity 2 refill 1\n0\n0\n0\n999\n1000\n1000\n2000\n",
      stdout: "0 allow\n0 allow\n0 refuse\n999 refuse\n1000 allow\n1000 refuse\n2000 allow\n",
    },
    {
      name: "never fuller than full",
      stdin: "capacity 2 refill 5\n60000\n60000\n60000\n",
      stdout: "60000 allow\n60000 allow\n60000 refuse\n",
    },
    {
      name: "tenths of a token add up exactly, and a refused request takes none",
      stdin: "capacity 1 refill 1\n0\n100\n200\n300\n400\n500\n600\n700\n800\n900\n1000\n",
      stdout:
        "0 allow\n100 refuse\n200 refuse\n300 refuse\n400 refuse\n500 refuse\n600 refuse\n700 refuse\n800 refuse\n900 refuse\n1000 allow\n",
    },
    { name: "no refill", stdin: "capacity 1 refill 0\n5\n86400000\n", stdout: "5 allow\n86400000 refuse\n" },
    { name: "no requests", stdin: "capacity 1 refill 1\n", stdout: "" },
    { name: "time that goes back prints nothing", exitCode: 1, stdin: "capacity 9 refill 1\n10\n9\n", stdout: "" },
    { name: "no capacity prints nothing", exitCode: 1, stdin: "capacity 0 refill 1\n0\n", stdout: "" },
  ],
});

const inOrder = (times: readonly number[]) => times.toSorted((a, b) => a - b);

/** The same without tokens, by the generic cell rate algorithm: a request is refused when it comes too long before its due time. */
function byArrivalTime(capacity: number, refill: number, times: readonly number[]): string {
  if (times.some((time) => time < 0)) return "";
  let due = 0; // in thousandths of a token, like the scaled times
  const lines = inOrder(times).map((time) => {
    const now = time * refill;
    if (due - now > (capacity - 1) * 1000) return `${time} refuse`;
    due = Math.max(due, now) + 1000;
    return `${time} allow`;
  });
  return lines.join("\n");
}
