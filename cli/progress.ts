// Shows how a run goes on: lines drawn in place on a terminal, plain lines into a pipe, nothing when asked for none.
import type { Clock } from "#core/clock.ts";
import type { Event } from "#gen/synapse/v1/event_pb.ts";
import type { Step } from "#gen/synapse/v1/run_pb.ts";
import { type Line, liveBlock } from "./live-block.ts";
import { answerLines, answerWords, openApprovals, questionLines } from "./render-approvals.ts";
import { budgetLine, changeWords, isChange } from "./render-budget.ts";
import { eventLine, holdUp, lineAt, reliefWords, repairWords, stepLine } from "./render-steps.ts";
import { isOpen, type RunView } from "./run-view.ts";
import { oneLine } from "./sanitize.ts";
import type { Output } from "./terminal.ts";
import { stepMark } from "./words.ts";

export interface Progress {
  /** The run as it is after the event. */
  show(view: RunView, event: Event): void;
  /** Something beside the run's events, such as a broken connection. */
  note(text: string): void;
  /** Draws nothing until it is called off: somebody types meanwhile. */
  pause(): () => void;
  /** Takes away what is only there while the run goes on. */
  end(): void;
}

export interface ProgressOptions {
  /** Questions of the run are asked here, by somebody else: no need to say how they are answered elsewhere. */
  asksHere?: boolean;
}

export function progress(output: Output, clock: Clock, options: ProgressOptions = {}): Progress {
  return output.isLive ? live(output, clock, options) : plain(output, clock, options);
}

function plain(output: Output, clock: Clock, options: ProgressOptions): Progress {
  let isPaused = false;
  let later = "";
  function write(line: string): void {
    if (isPaused) later += `${line}\n`;
    else output.write(`${line}\n`);
  }
  function goOn(): void {
    isPaused = false;
    if (later !== "") output.write(later);
    later = "";
  }
  return {
    show(view, event) {
      const line = eventLine(event, view);
      const [first, ...rest] = questionOf(event, view, clock, options);
      const asked =
        first === undefined
          ? []
          : [lineAt(event, view, `run         ${first}`), ...rest.map((each) => `        ${each}`)];
      for (const each of [...(line === undefined ? [] : [line]), ...asked]) write(each);
    },
    note: (text) => write(oneLine(text)),
    pause() {
      isPaused = true;
      return goOn;
    },
    end: goOn,
  };
}

/** What the event asks, and how it is answered. */
function questionOf({ body }: Event, { run }: RunView, clock: Clock, { asksHere }: ProgressOptions): string[] {
  if (body.case !== "approvalRequested" || asksHere) return [];
  const asked = openApprovals(run).find(({ approvalId }) => approvalId === body.value.approval?.approvalId);
  return asked ? [...questionLines(asked, clock.date().getTime()), ...answerLines(run.runId, asked)] : [];
}

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const frameMs = 100;

/** A step that has ended is written once and stays; those under way are drawn beneath. */
function live(output: Output, clock: Clock, options: ProgressOptions): Progress {
  const block = liveBlock(output);
  let isPaused = false;
  /** What is to be kept once it goes on. */
  const later: Line[] = [];
  const kept = new Set<string>();
  let view: RunView | undefined;
  let frame = 0;

  function painted(step: Step, sign?: string): Line {
    const { style } = stepMark(step.state);
    const text = stepLine(step, view ?? { skewMs: 0, tails: {} }, clock.date().getTime(), { sign });
    return { text, paint: (shown) => output.style(style, shown.slice(0, 1)) + shown.slice(1) };
  }
  function draw(kept: readonly Line[] = []): void {
    if (isPaused) later.push(...kept);
    if (isPaused || !view) return;
    const { run } = view;
    const open = run.steps.filter(isOpen).map((step) => painted(step, frames[frame % frames.length]));
    const hold = holdUp(run, clock.date().getTime());
    const lines = hold === "" ? open : [...open, { text: hold, paint: yellow }];
    block.draw([...lines, ...budgetLine(run).map((text) => ({ text, paint: dim }))], kept);
  }
  const yellow = (text: string) => output.style("yellow", text);
  const dim = (text: string) => output.style("dim", text);
  const callOff = [
    clock.every(frameMs, () => {
      frame += 1;
      draw();
    }),
    output.onResize(() => draw()),
  ];

  return {
    show(now, event) {
      const lines: Line[] = view === undefined ? [{ text: `run ${now.run.runId}`, paint: dim }] : [];
      view = now;
      if (event.body.case === "repairRound") lines.push({ text: repairWords(event.body.value), paint: yellow });
      if (event.body.case === "breakerChanged" || event.body.case === "providerFailover") {
        lines.push({ text: reliefWords(event.body), paint: yellow });
      }
      if (isChange(event.body)) lines.push({ text: changeWords(event.body), paint: yellow });
      if (event.body.case === "approvalDecided") {
        lines.push({ text: answerWords(event.body.value), paint: yellow });
      }
      lines.push(...questionOf(event, now, clock, options).map((text) => ({ text, paint: yellow, isWhole: true })));
      for (const step of now.run.steps) {
        // A step may begin again after its end.
        if (isOpen(step)) kept.delete(step.stepId);
        else if (!kept.has(step.stepId)) {
          kept.add(step.stepId);
          lines.push(painted(step));
        }
      }
      draw(lines);
    },
    note(text) {
      const line = { text: oneLine(text), paint: yellow };
      if (isPaused) later.push(line);
      else block.keep([line]);
    },
    pause() {
      isPaused = true;
      block.clear();
      return () => {
        isPaused = false;
        draw(later.splice(0));
      };
    },
    end() {
      for (const stop of callOff) stop();
      block.draw([], later.splice(0));
      view = undefined;
    },
  };
}
