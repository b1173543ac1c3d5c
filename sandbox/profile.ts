// The bubblewrap profile: what a command sees of the machine, and each guard that keeps it in, by name.
import { lstatSync, readdirSync, readlinkSync } from "node:fs";
import { prlimit, room } from "./limits.ts";
import type { SandboxLimits } from "./sandbox.ts";

/** Each guard can be taken out, by the tests alone: the escape it stops must then succeed. */
export type Guard =
  | "user" // as root: start bwrap under a uid that owns nothing; the kernel exempts the real uid 0 from RLIMIT_NPROC
  | "files" // only /usr, the loader's files and node are there; no host folder is ever writable
  | "read-only" // the root tmpfs and /dev are writable and without limit otherwise
  | "environment" // nothing but PATH, HOME, LANG
  | "network" // no interface but a loopback of its own
  | "pids" // its own process numbers; when the first process dies, all do
  | "namespaces" // none can be made inside
  | "orphans" // it dies with the executor, even by kill -9
  | "seccomp"
  | "limits" // of each process
  | "tree" // of all processes together: cgroup and watchdog
  | "sizes" // of the writable places
  | "descriptors"; // the way out is not left open to the command

/** Descriptors of the child beyond the standard three. */
export const fd = { filesIn: 3, filesOut: 4, seccomp: 5, status: 6, gate: 7, stdin: 8 } as const;

/** Programs are looked up here, outside and inside. */
export const systemPath = "/usr/local/bin:/usr/bin:/bin";

/** Holds the start back until the process is in its cgroup; ends by itself when the executor dies first. */
export const gate = `read -r go <&${fd.gate} && exec ${fd.gate}<&- && exec "$@"`;

/**
 * Runs inside: files in, the command, files out; a line before and one after the command say how far it came.
 * Standard input comes from a file, since /dev/stdin cannot be opened on the sockets that Node makes.
 */
const boot = (closes: string) => `
tar -xf - -C /box <&${fd.filesIn} || exit 125
exec ${fd.filesIn}<&-
echo started >&${fd.filesOut}
"$@" </stdin ${closes}
code=$?
echo $code >&${fd.filesOut}
tar --format=gnu -cf - -C /box . >&${fd.filesOut} 2>/dev/null </dev/null
exit $code`;

/** Room for the driver's own processes: bwrap, the shell, tar. */
export const ownProcesses = 8;

export interface Profile {
  readonly limits: SandboxLimits;
  /** The node binary on the host. */
  readonly node: string;
  readonly argv: readonly string[];
  /** A fresh /proc; "empty" is for containers that mask theirs, where the kernel refuses a new one. */
  readonly proc: "fresh" | "empty";
  readonly without: ReadonlySet<Guard>;
}

/** The arguments of bwrap. Their order matters: later mounts lie over earlier ones. */
export function bwrapArguments({ limits, node, argv, proc, without }: Profile): string[] {
  const on = (guard: Guard, args: string[], otherwise: string[] = []) => (without.has(guard) ? otherwise : args);
  const tmpfs = (bytes: number, place: string) => [...on("sizes", ["--size", String(bytes)]), "--tmpfs", place];
  return [
    ...["--unshare-user", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"],
    ...on("network", ["--unshare-net"]),
    ...on("pids", ["--unshare-pid", "--as-pid-1"]), // bwrap's own first process would have no limits, and /proc/1/mem is writable
    ...on("namespaces", ["--disable-userns"]),
    ...on("orphans", ["--die-with-parent"]),
    ...["--uid", "1000", "--gid", "1000", "--hostname", "sandbox", "--new-session", "--cap-drop", "ALL"],
    ...on("environment", ["--clearenv"]),
    ...on("files", machine(), everything()),
    ...["--ro-bind", node, "/opt/node/bin/node"],
    ...(proc === "empty" ? ["--tmpfs", "/proc"] : on("pids", ["--proc", "/proc"], ["--ro-bind", "/proc", "/proc"])),
    ...["--dev", "/dev", ...tmpfs(room.sharedMemory, "/dev/shm"), ...tmpfs(room.temporary, "/tmp")],
    ...[...tmpfs(room.work, "/box"), "--chdir", "/box", "--perms", "0444", "--file", String(fd.stdin), "/stdin"],
    ...on("read-only", ["--remount-ro", "/", "--remount-ro", "/dev"]),
    ...on("seccomp", ["--seccomp", String(fd.seccomp)]),
    ...["--setenv", "PATH", `/opt/node/bin:${systemPath}`, "--setenv", "HOME", "/box", "--setenv", "LANG", "C.UTF-8"],
    ...["--json-status-fd", String(fd.status), "--"],
    ...on("limits", prlimit(limits, ownProcesses)),
    ...["/bin/sh", "-c", boot(on("descriptors", [`${fd.filesOut}>&-`]).join(""))],
    ...["boot", ...on("limits", ["prlimit", `--nproc=${limits.processes}`, "--"]), ...argv],
  ];
}

/** Programs and libraries, and of /etc only what they cannot start without. */
function machine(): string[] {
  const folders = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"].flatMap((folder) => {
    const found = lstatSync(folder, { throwIfNoEntry: false });
    if (found === undefined) return [];
    return found.isSymbolicLink() ? ["--symlink", readlinkSync(folder), folder] : ["--ro-bind", folder, folder];
  });
  const etc = ["ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "localtime"].map((name) => `/etc/${name}`);
  return ["--ro-bind", "/usr", "/usr", ...folders, ...etc.flatMap((path) => ["--ro-bind-try", path, path])];
}

/** The machine as it is, but for the places the profile makes itself: what is seen when the guard "files" is out. */
function everything(): string[] {
  const made = ["proc", "dev", "tmp", "box", "stdin", "opt"];
  const folders = readdirSync("/", { withFileTypes: true }).filter((f) => !f.isFile() && !made.includes(f.name));
  return folders.flatMap(({ name }) => ["--ro-bind", `/${name}`, `/${name}`]);
}
