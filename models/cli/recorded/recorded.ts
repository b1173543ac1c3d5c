// What a program wrote in one call, and how it ended.

export interface Recorded {
  /** Null when it was ended by us. */
  readonly code: number | null;
  readonly stderr: string;
  readonly lines: readonly string[];
}
