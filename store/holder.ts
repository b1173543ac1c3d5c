// Says who has a store: a small file beside it with the process and, once known, its address.
import { readFileSync, rmSync, writeFileSync } from "node:fs";

export interface Holder {
  pid: number;
  /** Where the process listens; empty until it does. */
  url: string;
}

export function writeHolder(file: string, holder: Holder): void {
  writeFileSync(file, `${JSON.stringify(holder)}\n`, { mode: 0o600 });
}

export function removeHolder(file: string): void {
  rmSync(file, { force: true });
}

/** Who wrote the file, in words: "process 12 (http://127.0.0.1:8000)"; "another process" when it cannot be read. */
export function holderIn(file: string): string {
  try {
    const { pid, url } = JSON.parse(readFileSync(file, "utf8")) as Partial<Holder>;
    if (pid === undefined) return "another process";
    return url ? `process ${pid} (${url})` : `process ${pid}`;
  } catch {
    return "another process";
  }
}
