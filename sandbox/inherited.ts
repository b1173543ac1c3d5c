// Descriptors this process was started with would go on to every command it starts: Node marks only those it opens itself as close-on-exec.
import { readdirSync, readFileSync } from "node:fs";

/** O_CLOEXEC of asm-generic/fcntl.h, as fdinfo shows it; the same on x64 and arm64. */
const closeOnExec = 0o2000000;

/** The descriptors beyond the standard three that a child would get; none where there is no /proc. */
export function inheritedDescriptors(): number[] {
  try {
    return readdirSync("/proc/self/fdinfo")
      .map(Number)
      .filter((fd) => fd > 2 && !isClosedOnExec(fd))
      .sort((a, b) => a - b);
  } catch {
    return [];
  }
}

function isClosedOnExec(fd: number): boolean {
  try {
    const flags = /^flags:\s+(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1] ?? "0";
    return (Number.parseInt(flags, 8) & closeOnExec) !== 0;
  } catch {
    return true; // the one that was open to read the list
  }
}

/** The stdio of a child with `cover` laid over every inherited descriptor it does not use itself. */
export function covered(stdio: readonly ("pipe" | "ignore" | number)[], inherited: readonly number[], cover: number) {
  const all: ("pipe" | "ignore" | number)[] = [...stdio];
  for (const fd of inherited) {
    if (fd < stdio.length) continue;
    while (all.length < fd) all.push("ignore");
    all[fd] = cover;
  }
  return all;
}
