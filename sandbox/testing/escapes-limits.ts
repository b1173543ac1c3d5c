// Ways to take more than was given: processes, memory, disk, time.
import type { Escape } from "./escape.ts";

const perl = (program: string) => `perl -e '${program}'`;

export const excess: readonly Escape[] = [
  {
    name: "a fork bomb",
    guards: ["limits", "tree"],
    limits: { processes: 20 },
    script: perl(
      'my $n = 0; for (1 .. 60) { my $pid = fork; last unless defined $pid; if (!$pid) { sleep 9; exit } $n++ } print "ESCAPED $n" if $n > 25',
    ),
  },
  {
    name: "a process without limits that could be taken over",
    guards: ["limits"],
    script: `for p in /proc/[0-9]*; do grep -q '^Max data size *unlimited' $p/limits 2>/dev/null && [ -w $p/mem ] && echo "ESCAPED $p"; done`,
  },
  {
    name: "one process with too much memory",
    guards: ["limits", "tree"],
    once: true,
    script: perl('my $x = "x" x (900 << 20); print "ESCAPED"'),
  },
  {
    name: "many processes with too much memory together",
    guards: ["tree"],
    limits: { memoryBytes: 150 << 20 },
    script: perl(
      'for (1 .. 5) { if (!fork) { my $x = "x" x (60 << 20); select undef, undef, undef, 0.7; exit 0 } } my $n = 0; $n++ while wait > 0 && $? == 0; print "ESCAPED" if $n == 5',
    ),
  },
  {
    name: "shared memory that is no process's own",
    guards: ["tree"],
    limits: { memoryBytes: 100 << 20 },
    script: `python=$(command -v python3) || exit 0
      $python -c 'import mmap, time
for _ in range(4):
    m = mmap.mmap(-1, 50 << 20)
    m.write(b"x" * (50 << 20))
    globals()["m%d" % _] = m
time.sleep(0.7)
print("ESCAPED")'`,
    mayLack: "python3",
  },
  {
    name: "filling the writable places",
    guards: ["sizes"],
    script: `for place in /box /tmp /dev/shm; do ok=1; for i in 1 2 3; do dd if=/dev/zero of=$place/$i bs=1M count=25 2>/dev/null || ok=0; done
      [ $ok = 1 ] && echo "ESCAPED $place"; rm -f $place/[123]; done`,
  },
  {
    name: "a file that is too large",
    guards: ["limits"],
    script: "dd if=/dev/zero of=/box/big bs=1M count=40 2>/dev/null && echo ESCAPED",
  },
  {
    name: "too many files",
    guards: ["tree"],
    script: perl(
      'for (1 .. 56000) { open(F, ">", "/box/$_") or exit } select undef, undef, undef, 0.7; print "ESCAPED"',
    ),
  },
  {
    name: "a loop that ignores the first warning about its time",
    guards: ["limits"],
    limits: { cpuMs: 1000 },
    once: true,
    script: perl(
      '$SIG{XCPU} = "IGNORE"; for (;;) { my ($user, $system) = times; last if $user + $system > 2.4 } print "ESCAPED"',
    ),
  },
];
