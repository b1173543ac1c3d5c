// Driver: one command in a bubblewrap sandbox that holds nothing of the host but programs. Files go in and come out as tar streams.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { setPriority } from "node:os";
import type { Readable, Writable } from "node:stream";
import { type Clock, systemClock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import { capture } from "./capture.ts";
import { type CgroupPlace, cgroupLeaf, cgroupPlace } from "./cgroup.ts";
import { sandboxUid } from "./identity.ts";
import { freight, limitsOf } from "./limits.ts";
import { nodeBinary } from "./node-binary.ts";
import { handOver, openPipes } from "./pipes.ts";
import { bwrapArguments, fd, type Guard, gate, ownProcesses, type Profile, systemPath } from "./profile.ts";
import type { KilledBy, Sandbox, SandboxResult, SandboxRun } from "./sandbox.ts";
import { seccompFilter } from "./seccomp.ts";
import { checkFiles, packed, unpacked } from "./tar.ts";
import { causeOf, isProcMasked } from "./unavailable.ts";
import { watchdog } from "./watchdog.ts";
