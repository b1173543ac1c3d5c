// A caller that listens: what an engine says, shows and restarts is kept.
import type { Thinking } from "../engine.ts";

type Shown = Parameters<NonNullable<Thinking["shows"]>>[0];
type Failover = Parameters<NonNullable<Thinking["restarts"]>>[0];

export interface Listening extends Thinking {
  readonly said: string[];
  readonly shown: Shown[];
  readonly restarted: Failover[];
}

export function listening(more: Partial<Thinking> = {}): Listening {
  const said: string[] = [];
  const shown: Shown[] = [];
  const restarted: Failover[] = [];
  return {
    said,
    shown,
    restarted,
    signal: new AbortController().signal,
    say: (text) => said.push(text),
    shows: (context) => shown.push(context),
    restarts: (failover) => restarted.push(failover),
    ...more,
  };
}
