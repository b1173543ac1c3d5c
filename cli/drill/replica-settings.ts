// What a replica of the drill is told when it starts, and what it tells when asked.

export interface ReplicaSettings {
  /** 0 for any. */
  port: number;
  seed: number;
  /** Shared by all replicas: signs what resumes a stream. */
  key: string;
  /** What a call takes: log-normal, so that some take long. */
  medianMs: number;
  sigma: number;
  /** Calls it works on at the same time; others wait. */
  slots: number;
  /** Whether it learns how many calls it can take, and refuses the rest. */
  isLimited: boolean;
  /** Where a simulated provider listens that every call asks first. */
  provider?: string;
}

/** 20 ms in the middle, 51 ms at the 99th percentile. */
export const replicaDefaults: ReplicaSettings = {
  port: 0,
  seed: 1,
  key: "drill",
  medianMs: 20,
  sigma: 0.4,
  slots: Number.MAX_SAFE_INTEGER,
  isLimited: false,
};

export interface Told {
  unaryRuns: number;
  /** The id of the stream, for every run of its handler. */
  streamRuns: string[];
  /** How late its event loop is: who is starved can't be measured. */
  lagP99Ms: number;
}
