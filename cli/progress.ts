// Shows how a run goes on: lines drawn in place on a terminal, plain lines into a pipe, nothing when asked for none.
import type { Clock } from "#core/clock.ts";
import type { Event } from "#gen/synapse/v1/event_pb.ts";
import type { Step } from "#gen/synapse/v1/run_pb.ts";
import { type Line, liveBlock } from "./live-block.ts";
import { eventLine, holdUp, reliefWords, repairWords, stepLine } from "./render-steps.ts";
import { isOpen, type RunView } from "./run-view.ts";
import { oneLine } from "./sanitize.ts";
import type { Output } from "./terminal.ts";
import { stepMark } from "./words.ts";

export interface Progress {
  /** The run as it is after the event. */
  show(view: RunView, event: Event): void;
  /** Something beside the run's events, such as a broken connection. */
  note(text: string): void;
  /** Takes away what is only there while the run goes on. */
  end(): void;
}

export function progress(output: Output, clock: Clock): Progress {
  return output.isLive ? live(output, clock) : plain(output);
}

function plain(output: Output): Progress {
  return {
    show(view, event) {
      const line = eventLine(event, view);
      if (line !== undefined) output.write(`${line}\n`);
    },
    note: (text) => output.write(`${oneLine(text)}\n`),
    end() {},
  };
}

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const frameMs = 100;

/** A step that has ended is written once and stays; those under way are drawn beneath. */
function live(output: Output, clock: Clock): Progress {
  const block = liveBlock(output);
  const kept = new Set<string>();
  let view: RunView | undefined;
  let frame = 0;

  function painted(step: Step, sign?: string): Line {
    const { style } = stepMark(step.state);
    const text = stepLine(step, view ?? { skewMs: 0, tails: {} }, clock.date().getTime(), sign);
    return { text, paint: (shown) => output.style(style, shown.slice(0, 1)) + shown.slice(1) };
  }
  function draw(kept: readonly Line[] = []): void {
    if (!view) return;
    const { run } = view;
    const open = run.steps.filter(isOpen).map((step) => painted(step, frames[frame % frames.length]));
    const hold = holdUp(run, clock.date().getTime());
    const lines = hold === "" ? open : [...open, { text: hold, paint: yellow }];
    block.draw(lines, kept);
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
    note: (text) => block.keep([{ text: oneLine(text), paint: yellow }]),
    end() {
      for (const stop of callOff) stop();
      block.clear();
    },
  };
}
