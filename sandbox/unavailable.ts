// Why bubblewrap does not work here, and what to do about it: its words, mapped to a reason and a fix.

export interface Cause {
  readonly reason: string;
  readonly fix: string;
}

const causes: readonly (readonly [words: RegExp, reason: string, fix: string])[] = [
  [/bwrap: not found/, "bubblewrap is not installed", "apt-get install bubblewrap"],
  [/Unknown option/i, "this bubblewrap is older than 0.8.0", "install bubblewrap 0.8.0 or newer"],
  [
    /RTM_NEWADDR|setting up uid map/,
    "AppArmor does not let unprivileged programs make namespaces",
    "install the distribution's AppArmor profile for bwrap, or set the sysctl kernel.apparmor_restrict_unprivileged_userns=0",
  ],
  [
    /nesting depth|ENOSPC|No space left on device/,
    "no more user namespaces are allowed",
    "raise the sysctl user.max_user_namespaces",
  ],
  [
    /new namespace|Operation not permitted.*namespace|unshare/i,
    "namespaces are forbidden here, as in a container with the default seccomp profile",
    "allow clone, unshare, mount and pivot_root in the container's seccomp profile, set the sysctl kernel.unprivileged_userns_clone=1 on the machine, or set SYNAPSE_SANDBOX=container where the container itself is the sandbox",
  ],
  [/prlimit/, "prlimit is missing", "apt-get install util-linux"],
  [/\btar\b/, "GNU tar is missing", "apt-get install tar"],
  [/mkfifo/, "mkfifo is missing", "apt-get install coreutils"],
];

/** The container's /proc is masked: the kernel then refuses to mount a new one. */
export function isProcMasked(words: string): boolean {
  return /mount proc/.test(words);
}

/** What bwrap's words mean. */
export function causeOf(words: string): Cause {
  const found = causes.find(([pattern]) => pattern.test(words));
  if (found !== undefined) return { reason: found[1], fix: found[2] };
  const line = words.trim().split("\n").at(-1) ?? "";
  return {
    reason: line === "" ? "bubblewrap failed without a word" : `bubblewrap says "${line}"`,
    fix: "run bwrap by hand to see why",
  };
}
