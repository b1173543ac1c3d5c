// Follows a run to its end and shows it on the way: progress on stderr, and each event on stdout when that is asked for.
import { toJson } from "@bufbuild/protobuf";
import { EventSchema } from "#gen/synapse/v1/event_pb.ts";
import { askHere } from "./ask-here.ts";
import type { Context } from "./context.ts";
import { type FollowOptions, follow } from "./follow.ts";
import { printDocument } from "./output.ts";
import { type Progress, progress } from "./progress.ts";
import { nothingYet, type RunView, seen } from "./run-view.ts";

export interface Shown {
  /** The run as its events told it. */
  readonly ended: Promise<RunView>;
  readonly note: Progress["note"];
  /** Takes what is drawn away at once, before somebody else writes. */
  readonly end: Progress["end"];
}

export interface ShowOptions extends FollowOptions {
  /** Questions of the run are asked at this terminal. */
  asksHere?: boolean;
}

export function showProgress(context: Context, { asksHere = false, ...options }: ShowOptions): Shown {
  const { stderr, format, clock } = context;
  const shown = progress(stderr, clock, { asksHere });
  const nowMs = () => clock.date().getTime();
  const asking = asksHere ? askHere({ gateway: options.gateway, progress: shown, output: stderr, nowMs }) : undefined;

  async function toTheEnd(): Promise<RunView> {
    let view = nothingYet(options.runId);
    const events = follow({
      ...options,
      onBreak: () => shown.note("the connection to the gateway broke: trying again"),
      onGap: (reason) => shown.note(`events are missing: ${reason}`),
    });
    try {
      for await (const event of events) {
        view = seen(view, event, nowMs());
        if (format === "jsonl") printDocument(context, toJson(EventSchema, event));
        shown.show(view, event);
        asking?.seen(view.run);
      }
    } finally {
      asking?.end();
      shown.end();
    }
    return view;
  }
  function end(): void {
    asking?.end();
    shown.end();
  }
  return { ended: toTheEnd(), note: shown.note, end };
}
