// The rules a command must keep: what the sandbox can't do is refused early, with the reason.
import { posix } from "node:path";
import { knownName } from "./policy-programs.ts";
import type { Word } from "./policy-words.ts";

export type Rule =
  | "no-privilege"
  | "no-network"
  | "no-install"
  | "no-host-control"
  | "no-background"
  | "no-destruction"
  | "no-escape-paths"
  | "opaque-program"
  | "too-deep";

/** A rule that is broken, and why it stands. */
export interface Breach {
  readonly rule: Rule;
  readonly reason: string;
}

const names = (text: string) => new Set(text.split(/\s+/));

const privilege = names(
  `sudo sudoedit su doas pkexec runuser sg newgrp chroot unshare nsenter mount umount pivot_root setpriv capsh setcap bwrap
  firejail insmod modprobe rmmod passwd useradd usermod userdel groupadd visudo`,
);
const network = names(
  `curl wget nc ncat netcat socat telnet ssh scp sftp sshfs ssh-copy-id ftp tftp lftp aria2c axel lynx w3m elinks httpie http
  https dig nslookup drill host whois ping ping6 traceroute tracepath mtr nmap tcpdump ifconfig iptables nft`,
);
const hostControl = names(
  `shutdown reboot poweroff halt telinit init systemctl service loginctl hostnamectl timedatectl sysctl crontab docker podman
  nerdctl kubectl runc ctr`,
);
const background = names("nohup setsid disown daemonize start-stop-daemon screen tmux at batch bg");
const destruction = names("wipefs fdisk sfdisk parted mkswap blkdiscard");
const systemInstallers = names("apt apt-get aptitude dpkg dnf yum zypper pacman apk brew snap flatpak rpm corepack");
const fetchers = names("npx pnpx bunx uvx pipx");

/** The commands of package managers that fetch packages; "" stands for none given. */
const installs: Record<string, Set<string>> = {
  npm: names("install i in ins add ci clean-install install-test it update up upgrade exec x create init dedupe"),
  pnpm: names("install i add update up upgrade dlx create import fetch"),
  yarn: new Set(["", ...names("install add up upgrade dlx create import")]),
  bun: names("install i add update upgrade x create"),
  deno: names("install add cache upgrade"),
  pip: names("install download wheel"),
  uv: names("add sync lock tool pip"),
  poetry: names("install add update lock self"),
  conda: names("install create update"),
  cargo: names("install add fetch update"),
  go: names("get install mod"),
  gem: names("install update fetch"),
  bundle: new Set(["", ...names("install update add")]),
  composer: names("install require update create-project"),
};

/** The rule that running `words` breaks, if any: a program, its arguments, or both. */
export function breachOf(words: readonly Word[]): Breach | undefined {
  const name = knownName(words[0]);
  const args = words.slice(1).map((word) => word.literal);
  if (name === undefined)
    return breach("opaque-program", "which program this runs is only known at run time; write its name");
  if (name === "") return breach("opaque-program", "the name of the program is empty");
  if (name === "alias" && args.some((arg) => arg === undefined || arg.includes("="))) {
    return breach("opaque-program", "an alias changes what the text after it means; write a function");
  }
  if (privilege.has(name)) return breach("no-privilege", `${name} needs privileges; the sandbox has none to give`);
  if (network.has(name) || reachesOut(name, args))
    return breach("no-network", `the sandbox has no network for ${name}`);
  if (fetchesPackages(name, args)) return breach("no-install", `no network: ${name} can't fetch packages`);
  if (hostControl.has(name) || (name === "kill" && killsAll(args))) {
    return breach("no-host-control", `${name} would control the machine; the sandbox only runs a command`);
  }
  if (background.has(name)) return breach("no-background", `nothing outlives the command, so ${name} has no use`);
  if (isDestructive(name, args)) return breach("no-destruction", `${name} would destroy what the command doesn't own`);
  return undefined;
}

/** The rule that a redirection breaks, if any. */
export function breachOfRedirect(operator: string, target: Word): Breach | undefined {
  if (target.literal === undefined || /^(<&|<<<)$/.test(operator) || /^(\d+|-)$/.test(target.literal)) return undefined;
  const path = posix.resolve("/box", target.literal);
  if (/^\/dev\/(tcp|udp)\//.test(path))
    return breach("no-escape-paths", `${path} is a connection; the sandbox has no network`);
  if (operator === "<" || isInside(path) || /^\/dev\/(null|zero|full|tty|stdin|stdout|stderr|fd\/\d+)$/.test(path)) {
    return undefined;
  }
  return breach("no-escape-paths", `${path} can't be written; only /box and /tmp can`);
}

export const backgroundBreach: Breach = breach("no-background", "nothing outlives the command; run it without &");
export const opaqueText: Breach = breach(
  "opaque-program",
  "the commands in this text are only known at run time; write them out",
);

/** For text within a command that its shell can't read. */
export function unreadable(dialect: string, error: string): Breach {
  return breach("opaque-program", `this is no valid text for ${dialect}: ${error}`);
}

function breach(rule: Rule, reason: string): Breach {
  return { rule, reason };
}

type Arguments = readonly (string | undefined)[];

function isInside(path: string): boolean {
  return /^\/(box|tmp)(\/|$)/.test(path);
}

/** Tools that work without a network until they are given a remote address. */
function reachesOut(name: string, args: Arguments): boolean {
  if (name !== "git" && name !== "rsync" && name !== "svn" && name !== "hg") return false;
  return args.some((arg) => /^(?!file:)\w[\w+.-]*:\/\/|^[\w.-]+@[\w.-]+:/.test(arg ?? ""));
}

function fetchesPackages(name: string, args: Arguments): boolean {
  if (systemInstallers.has(name)) return true;
  if (fetchers.has(name)) return !args.some((arg) => /^--(no-install|no|offline|version|help)$/.test(arg ?? ""));
  const manager = /^pip[\d.]*$/.test(name) ? "pip" : name;
  const verb = args.find((arg) => !arg?.startsWith("-")) ?? "";
  if (verb === "" && args.length > 0) return false;
  return Object.hasOwn(installs, manager) && installs[manager]!.has(verb);
}

/** Whether `kill` is pointed at init or at every process. */
function killsAll(args: Arguments): boolean {
  const named = /^-(s|n)$/.test(args[0] ?? "") ? 2 : /^-/.test(args[0] ?? "") && args.length > 1 ? 1 : 0;
  return args.slice(named).some((arg) => arg === "1" || arg === "-1" || arg === "0");
}

function isDestructive(name: string, args: Arguments): boolean {
  if (destruction.has(name) || /^mkfs(\.|$)/.test(name)) return true;
  if (name === "dd") return args.some((arg) => /^of=\/dev\/(?!(null|zero|stdout|stderr|fd\/)\b)/.test(arg ?? ""));
  if (name === "shred") return args.some((arg) => arg?.startsWith("/dev/"));
  const recurses = args.some((arg) => /^(-[a-zA-Z]*[rR][a-zA-Z]*|--recursive)$/.test(arg ?? ""));
  if (name === "rm" && args.includes("--no-preserve-root")) return true;
  if (!recurses || !/^(rm|chmod|chown|chgrp)$/.test(name)) return false;
  return args.some((arg) => arg?.startsWith("/") && !isInside(posix.resolve(arg)));
}
