// The filter is run in an interpreter of its own, so arm64 is judged on an x64 machine too.
import { describe, expect, it } from "vitest";
import { type Architecture, seccompFilter } from "./seccomp.ts";
import { denied } from "./syscalls.ts";

const archs = { x64: 0xc000003e, arm64: 0xc00000b7 };
const allow = 0x7fff0000;
const kill = 0x80000000;
const errno = (n: number) => 0x00050000 | n;

/** What the kernel would do: interprets the five opcodes the filter uses. */
function judge(program: Uint8Array, arch: number, number: number, args: readonly bigint[] = []): number {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(number >>> 0, 0);
  data.writeUInt32LE(arch, 4);
  for (const [index, value] of args.entries()) data.writeBigUInt64LE(value, 16 + 8 * index);
  const code = Buffer.from(program);
  let loaded = 0;
  for (let at = 0; at < code.length / 8; at++) {
    const value = code.readUInt32LE(8 * at + 4);
    const jump = (yes: boolean) => (at += code.readUInt8(8 * at + (yes ? 2 : 3)));
    const op = code.readUInt16LE(8 * at);
    if (op === 0x20) loaded = data.readUInt32LE(value);
    else if (op === 0x15) jump(loaded === value);
    else if (op === 0x25) jump(loaded > value);
    else if (op === 0x45) jump((loaded & value) !== 0);
    else if (op === 0x06) return value;
    else throw new Error(`opcode ${op} at ${at}`);
  }
  throw new Error("the program has no end");
}

describe.each<{ arch: Architecture; calls: Record<string, number> }>([
  {
    arch: "x64",
    calls: { read: 0, clone: 56, clone3: 435, socket: 41, socketpair: 53, ioctl: 16, execve: 59, futex: 202 },
  },
  {
    arch: "arm64",
    calls: { read: 63, clone: 220, clone3: 435, socket: 198, socketpair: 199, ioctl: 29, execve: 221, futex: 98 },
  },
])("seccomp filter for $arch", ({ arch, calls }) => {
  const program = seccompFilter(arch);
  const verdict = (call: number | undefined, ...args: bigint[]) => judge(program, archs[arch], call ?? -1, args);

  it("lets ordinary calls pass", () => {
    for (const name of ["read", "execve", "futex"]) expect(verdict(calls[name]), name).toBe(allow);
  });

  it("refuses at least 50 calls with EPERM", () => {
    const numbers = Object.entries(denied).flatMap(([name, pair]) => {
      const number = pair[arch === "x64" ? 0 : 1];
      return number === undefined ? [] : [{ name, number }];
    });
    expect(numbers.length).toBeGreaterThanOrEqual(50);
    expect(new Set(numbers.map((n) => n.number)).size).toBe(numbers.length);
    for (const { name, number } of numbers) expect(verdict(number), name).toBe(errno(1));
  });

  it("kills a call made in a foreign architecture's way", () => {
    const other = arch === "x64" ? archs.arm64 : archs.x64;
    expect(judge(program, other, calls.read ?? -1)).toBe(kill);
    expect(judge(program, 0x40000003, calls.read ?? -1)).toBe(kill); // i386
    expect(verdict(0x40000000 | (calls.read ?? 0))).toBe(kill); // x32
  });

  it("does not know calls younger than itself", () => {
    expect(verdict(467)).toBe(errno(38));
    expect(verdict(466)).toBe(allow);
  });

  it("lets threads and processes be made, but no namespaces", () => {
    expect(verdict(calls.clone, 17n)).toBe(allow);
    expect(verdict(calls.clone, 0x3d0f00n)).toBe(allow); // what a new thread asks for
    for (const flag of [0x20000n, 0x2000000n, 0x4000000n, 0x8000000n, 0x10000000n, 0x20000000n, 0x40000000n])
      expect(verdict(calls.clone, flag | 17n), flag.toString(16)).toBe(errno(1));
    expect(verdict(calls.clone3, 0n)).toBe(errno(38));
  });

  it("knows four socket families, whatever stands in the upper half of the argument", () => {
    for (const call of [calls.socket, calls.socketpair]) {
      for (const family of [1n, 2n, 10n, 16n]) expect(verdict(call, family)).toBe(allow);
      for (const family of [0n, 17n, 38n, 40n, 44n, 1n << 31n]) expect(verdict(call, family)).toBe(errno(97));
      expect(verdict(call, (1n << 32n) | 40n)).toBe(errno(97));
    }
  });

  it("lets nobody type into a terminal", () => {
    expect(verdict(calls.ioctl, 0n, 0x5401n)).toBe(allow);
    for (const request of [0x5412n, 0x541cn, 0x100005412n]) expect(verdict(calls.ioctl, 0n, request)).toBe(errno(1));
  });
});
