// The seccomp filter of a sandboxed command, as a classic BPF program made here: no libseccomp is needed.
import { denied, inspected, lastKnown } from "./syscalls.ts";

export type Architecture = "x64" | "arm64";

/** AUDIT_ARCH_X86_64 and AUDIT_ARCH_AARCH64 of linux/audit.h. */
const audit: Record<Architecture, number> = { x64: 0xc000003e, arm64: 0xc00000b7 };

// Opcodes of linux/bpf_common.h.
const load = 0x20; // BPF_LD | BPF_W | BPF_ABS
const jumpIfEqual = 0x15;
const jumpIfGreater = 0x25;
const jumpIfAnyBit = 0x45;
const give = 0x06; // BPF_RET | BPF_K

// Offsets in struct seccomp_data; arguments are 64 bits wide, both machines are little-endian.
const callNumber = 0;
const callArch = 4;
const argument = (index: number) => 16 + 8 * index;

// What the filter answers, of linux/seccomp.h.
const allow = 0x7fff0000;
const kill = 0x80000000;
const refuse = (errno: number) => 0x00050000 | errno;
const EPERM = 1;
const ENOSYS = 38;
const EAFNOSUPPORT = 97;

/** Set in the number of every call of the x32 ABI. */
const x32Bit = 0x40000000;
/** CLONE_NEWTIME to CLONE_NEWNET; NEWTIME (0x80) overlaps the exit signal and cannot be given to clone. */
const newNamespaces = 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000 | 0x00020000;
/** AF_UNIX, AF_INET, AF_INET6, AF_NETLINK. Network namespaces do not cover the others: AF_VSOCK reaches the hypervisor. */
const families = [1, 2, 10, 16];
/** TIOCSTI and TIOCLINUX type into the terminal of others. */
const typingIoctls = [0x5412, 0x541c];

type Step = readonly [code: number, ifTrue: number, ifFalse: number, value: number];

/** The filter for one architecture: struct sock_filter after struct sock_filter. */
export function seccompFilter(arch: Architecture): Uint8Array {
  const column = arch === "x64" ? 0 : 1;
  const steps: Step[] = [
    [load, 0, 0, callArch],
    [jumpIfEqual, 1, 0, audit[arch]],
    [give, 0, 0, kill],
    [load, 0, 0, callNumber],
    [jumpIfAnyBit, 0, 1, x32Bit],
    [give, 0, 0, kill],
    [jumpIfGreater, 0, 1, lastKnown],
    [give, 0, 0, refuse(ENOSYS)],
    ...on(inspected.clone3[column], [[give, 0, 0, refuse(ENOSYS)]]), // its flags lie in memory; libc falls back to clone
    ...Object.values(denied).flatMap((numbers) => on(numbers[column], [[give, 0, 0, refuse(EPERM)]])),
    ...on(inspected.clone[column], [
      [load, 0, 0, argument(0)],
      [jumpIfAnyBit, 0, 1, newNamespaces],
      [give, 0, 0, refuse(EPERM)],
      [give, 0, 0, allow],
    ]),
    ...[inspected.socket, inspected.socketpair].flatMap((call) =>
      on(call[column], [
        [load, 0, 0, argument(0)],
        ...families.flatMap((family): Step[] => [
          [jumpIfEqual, 0, 1, family],
          [give, 0, 0, allow],
        ]),
        [give, 0, 0, refuse(EAFNOSUPPORT)],
      ]),
    ),
    ...on(inspected.ioctl[column], [
      [load, 0, 0, argument(1)],
      ...typingIoctls.flatMap((request): Step[] => [
        [jumpIfEqual, 0, 1, request],
        [give, 0, 0, refuse(EPERM)],
      ]),
      [give, 0, 0, allow],
    ]),
    [give, 0, 0, allow],
  ];
  return assemble(steps);
}

/** Steps taken only when the loaded number is this one; they must end in an answer. */
function on(number: number | undefined, steps: Step[]): Step[] {
  return number === undefined ? [] : [[jumpIfEqual, 0, steps.length, number], ...steps];
}

function assemble(steps: readonly Step[]): Uint8Array {
  const bytes = Buffer.alloc(8 * steps.length);
  for (const [index, [code, ifTrue, ifFalse, value]] of steps.entries()) {
    bytes.writeUInt16LE(code, 8 * index);
    bytes.writeUInt8(ifTrue, 8 * index + 2);
    bytes.writeUInt8(ifFalse, 8 * index + 3);
    bytes.writeUInt32LE(value >>> 0, 8 * index + 4);
  }
  return bytes;
}
