// Recipe: debounce a stream of events, with time as data.
import { literal, recipe } from "../recipe.ts";

export const debounce = recipe({
  id: "debounce",
  title: "Write a debounce function and run it over events with times",
  match: {
    needs: [["debounce", "debouncer", "디바운스", "디바운싱"]],
    means: [
      "last call|final call|only the last|last one|last event|마지막 호출|마지막 것만|마지막만|마지막 이벤트|마지막 한 번 + run|execute|fire|wait|quiet|stop|pause|burst|trigger|row|실행|멈추|연속|기다|반응",
      "calls stop|stop calling|stops typing|stop typing|stopped typing|stops firing|stop firing|stop coming|calls have stopped|activity stops|events stop|quiet for + run|function|wait|call|execute|callback|delay",
      "멈추|멈춘|조용|연속 호출|연속으로 호출|여러 번 호출|더 이상 호출|연달아 호출|계속 호출 + 마지막|한 번만 + 실행|함수|호출",
    ],
    knows: (
      "keystroke,key press,keypress,typing,rapid,collapse,one,many,row,연속,연달아,event,call,delay,wait,ms,millisecond,timer,timestamp,time,trailing,fire,burst,simulate,simulator," +
      "simulation,last,quiet,javascript,typing,key,invoke," +
      "이벤트,호출,지연,대기,밀리초,시각,시간,타이머,마지막,시뮬레이션,동작,실행,발생"
    ).split(","),
    not: "react,hook,vue,angular,lodash,search box,button,arduino,rxjs,리액트,버튼,아두이노".split(","),
  },
  params: {
    wait: { kind: "integer", default: 100, min: 1, max: 60_000, says: "milliseconds of quiet" },
    times: { kind: "integers", default: [0, 80, 150, 600, 640, 2000], max: 100, says: "times of the events" },
  },
  summary: ({ wait, times }) =>
    `A program with a debounce function that waits for ${wait} ms of quiet, run over ${times.length} events.`,
  facts: [
    {
      claim: "A trailing debounce acts once, with the last value, after no event has come for the whole wait.",
      confidence: 1,
    },
    {
      claim: "Every event starts the wait anew, so a steady stream of fast events may hold the action back for ever.",
      confidence: 1,
    },
    { claim: "Throttling is something else: it acts at most once in each interval while events go on.", confidence: 1 },
    {
      claim: "Taking timers as an argument lets the same function run on simulated time, exactly and without waiting.",
      confidence: 0.95,
    },
  ],
  criteria: [
    "Acts wait milliseconds after the last event of a burst, with its value.",
    "An event exactly at the end of the wait begins a new burst.",
    "The last burst acts too.",
    "Times that go backwards end with exit code 1 and no output.",
  ],
  risks: ["Real timers fire late under load; the simulation is exact."],
  code: ({ wait, times }) => String.raw`// debounce: lets an action run once its calls have been quiet for a while.
// Run: node debounce.mjs                        runs a built-in example
//      node debounce.mjs < events.txt           first line: wait 100; then lines: MILLISECONDS VALUE
// Prints the time and the value of each action.
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const EXAMPLE = ${literal([`wait ${wait}`, ...eventsAt(times)].join("\n"))};

// Calls action with the last value once no call has come for waitMs. In real use, timers.set and timers.clear
// are the platform's own; here they are simulated.
function debounce(action, waitMs, timers) {
  let timer;
  return (value) => {
    timers.clear(timer);
    timer = timers.set(() => action(value), waitMs);
  };
}

// Timers whose time moves only when told.
function simulatedTimers() {
  let now = 0;
  const pending = new Set();
  return {
    now: () => now,
    set(callback, ms) {
      const timer = { at: now + ms, callback };
      pending.add(timer);
      return timer;
    },
    clear: (timer) => pending.delete(timer),
    moveTo(time) {
      for (const timer of [...pending].sort((a, b) => a.at - b.at)) {
        if (timer.at > time) break;
        pending.delete(timer);
        now = timer.at;
        timer.callback();
      }
      now = time;
    },
  };
}

function run(text) {
  const [first, ...events] = text.trim().split(/\s*\n\s*/);
  const wait = Number(/^wait (\d+)$/.exec(first)?.[1] ?? 0);
  if (wait < 1) throw new Error("the first line must be such as: wait 100");
  const timers = simulatedTimers();
  const actions = [];
  const call = debounce((value) => actions.push(timers.now() + " " + value), wait, timers);
  for (const event of events) {
    const parts = /^(\d+) (.+)$/.exec(event);
    if (!parts) throw new Error('cannot read "' + event + '", write such as: 50 hello');
    const time = Number(parts[1]);
    if (time < timers.now()) throw new Error("time goes back to " + time + " after " + timers.now());
    timers.moveTo(time);
    call(parts[2]);
  }
  timers.moveTo(Number.POSITIVE_INFINITY);
  return actions.join("\n");
}

const input = isatty(0) ? "" : readFileSync(0, "utf8");
try {
  console.log(run(input.trim() === "" ? EXAMPLE : input));
} catch (error) {
  console.error("debounce: " + error.message);
  process.exitCode = 1;
}
`,
  cases: ({ wait, times }) => [
    { name: "the given wait and times", stdin: "", stdout: byGaps(wait, times) },
    { name: "a burst acts once with its last value", stdin: "wait 100\n0 a\n50 b\n149 c\n", stdout: "249 c\n" },
    { name: "two bursts act twice", stdin: "wait 100\n10 a\n20 b\n500 c\n", stdout: "120 b\n600 c\n" },
    {
      name: "exactly at the end of the wait is a new burst",
      stdin: "wait 100\n0 a\n100 b\n199 c\n299 d\n",
      stdout: "100 a\n299 c\n399 d\n",
    },
    { name: "events at the same time, and values with spaces", stdin: "wait 5\n7 a\n7 b c\n", stdout: "12 b c\n" },
    { name: "no events, no action", stdin: "wait 100\n", stdout: "" },
    { name: "no wait prints nothing", exitCode: 1, stdin: "0 a\n500 b\n", stdout: "" },
    { name: "time that goes back prints nothing", exitCode: 1, stdin: "wait 1\n0 a\n50 b\n40 c\n", stdout: "" },
  ],
});

/** Events named e1, e2 and so on, in the order of time. */
const eventsAt = (times: readonly number[]) => times.toSorted((a, b) => a - b).map((time, i) => `${time} e${i + 1}`);

/** The same without timers: an event acts when the next one is at least the wait away. No time is negative. */
function byGaps(wait: number, times: readonly number[]): string {
  const timed = eventsAt(times)
    .map((event) => event.split(" "))
    .map(([time, name]) => ({ time: Number(time), name }));
  if (timed.some(({ time }) => time < 0)) return "";
  const last = timed.filter(({ time }, i) => (timed[i + 1]?.time ?? Number.POSITIVE_INFINITY) - time >= wait);
  return last.map(({ time, name }) => `${time + wait} ${name}`).join("\n");
}
