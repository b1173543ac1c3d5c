// Ways to what is not the command's: files, secrets, networks, processes, the kernel.
import { denied, inspected } from "../syscalls.ts";
import type { Escape } from "./escape.ts";
import { processesOf } from "./processes.ts";

const column = process.arch === "x64" ? 0 : 1;
const perl = (program: string) => `perl -e '${program}'`;

/** Every refused call with zeros, ptrace last: it stops the caller. */
const calls = Object.entries(denied)
  .flatMap(([name, numbers]) => (numbers[column] === undefined ? [] : [{ name, number: numbers[column] }]))
  .sort((a, b) => Number(a.name === "ptrace") - Number(b.name === "ptrace"));

const marker = `77.${process.pid}`;

export const isolation: readonly Escape[] = [
  {
    name: "reading the machine's files",
    guards: ["files"],
    script: `for f in /etc/passwd /proc/1/root/etc/passwd /proc/self/root/etc/passwd ../../../../etc/passwd /root /home /var /etc/hostname; do
      [ -e "$f" ] && echo "ESCAPED $f"; done`,
  },
  {
    name: "reading root's files",
    guards: ["files", "user"],
    holdsWithout: [["files"]],
    script: "cat /etc/shadow >/dev/null 2>&1 && echo ESCAPED",
    asRoot: true,
  },
  {
    name: "reading secrets from an environment",
    guards: ["environment"],
    script: "{ env; cat /proc/[0-9]*/environ | tr '\\0' '\\n'; } 2>/dev/null | sed -n 's/^SYNAPSE_CANARY/ESCAPED/p'",
  },
  {
    name: "writing outside the working places",
    guards: ["read-only"],
    script: `for f in /x /usr/x /etc/x /dev/x /opt/x /opt/node/bin/x /stdin /lib/x; do (echo x >$f) 2>/dev/null && echo "ESCAPED $f"; done`,
  },
  {
    name: "reaching a server on the machine",
    guards: ["network"],
    script: ({ port }) =>
      perl(
        `use Socket; socket(S, PF_INET, SOCK_STREAM, 0); print "ESCAPED" if connect(S, sockaddr_in(${port}, inet_aton("127.0.0.1")))`,
      ),
  },
  {
    name: "reaching an abstract socket",
    guards: ["network"],
    script: ({ abstractSocket }) =>
      perl(
        `use Socket; socket(S, PF_UNIX, SOCK_STREAM, 0); print "ESCAPED" if connect(S, pack_sockaddr_un("\\0${abstractSocket}"))`,
      ),
  },
  {
    name: "reaching a socket by its path",
    guards: ["files"],
    script: ({ pathSocket }) =>
      perl(
        `use Socket; socket(S, PF_UNIX, SOCK_STREAM, 0); print "ESCAPED" if connect(S, pack_sockaddr_un("${pathSocket}"))`,
      ),
  },
  {
    name: "opening sockets of families that network namespaces do not cover",
    guards: ["seccomp"],
    script: perl(
      'use Socket; for ([40, SOCK_STREAM], [38, 5]) { print "ESCAPED $$_[0]\\n" if socket(S, $$_[0], $$_[1], 0) }',
    ),
    mayLack: "neither AF_VSOCK nor AF_ALG",
  },
  {
    name: "seeing the machine's processes",
    guards: ["pids"],
    script: ({ pid }) => `[ -d /proc/${pid} ] && echo "ESCAPED ${pid}"`,
  },
  {
    name: "outliving the run",
    guards: ["pids", "orphans", "tree"],
    script: `setsid sh -c 'trap "" TERM HUP; sleep ${marker}' >/dev/null 2>&1 </dev/null & sleep 0.2`,
    after: async () => {
      const left = processesOf("sleep", marker);
      for (const pid of left) process.kill(pid, "SIGKILL");
      return left.length > 0;
    },
  },
  {
    name: "making namespaces of its own",
    guards: ["namespaces", "seccomp"],
    holdsWithout: [["namespaces"], ["seccomp"]],
    script: `unshare -Ur true 2>/dev/null && echo "ESCAPED user"; unshare -m true 2>/dev/null && echo "ESCAPED mount"
      bwrap --dev-bind / / true 2>/dev/null && echo "ESCAPED bwrap"; chroot / true 2>/dev/null && echo "ESCAPED chroot"`,
  },
  {
    name: "gaining privileges",
    guards: "outside",
    script: `grep -q '^NoNewPrivs:.1' /proc/self/status || echo "ESCAPED new privileges"
      grep -q '^CapEff:.0*$' /proc/self/status || echo "ESCAPED capabilities"`,
    mayLack: "any privilege to gain: the executor itself has none",
  },
  {
    name: "reaching the kernel's files",
    guards: ["files"],
    script: `[ -e /sys/kernel ] && echo "ESCAPED sys"; for f in /proc/sysrq-trigger /proc/sys/kernel/hostname /proc/sys/kernel/core_pattern; do
      [ -w $f ] && echo "ESCAPED $f"; done; [ -r /proc/kcore ] && echo "ESCAPED kcore"`,
  },
  {
    name: "calling what the filter refuses",
    guards: ["seccomp"],
    script:
      perl(`for (qw(${calls.map((call) => `${call.name}=${call.number}`).join(" ")})) { my ($name, $n) = split "="; my $zero = 0;
      print "ESCAPED $name\\n" if syscall($n, $zero, $zero, $zero, $zero, $zero) != -1 || $! != 1 }
      print "ESCAPED clone3\\n" if syscall(${inspected.clone3[column]}, 0, 0) != -1 || $! != 38`),
  },
  {
    name: "calling in the x32 way",
    guards: ["seccomp"],
    script: perl('print "ESCAPED" if syscall(0x40000000 + 39) > 0'),
    mayLack: "the x32 ABI",
  },
  {
    name: "finding a descriptor that was left open",
    guards: ["descriptors"],
    script: perl(
      'opendir(D, "/proc/self/fd"); for (grep { $_ > 2 } readdir D) { my $to = readlink "/proc/self/fd/$_"; print "ESCAPED $_ $to\\n" unless $to eq "/dev/null" || $to =~ m{^/proc/\\d+/fd} }',
    ),
  },
];
