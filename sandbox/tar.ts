// Files as a tar stream: written by tar-stream, read by a reader of our own that expects the worst.
//
// The archive that comes out is in the hands of the command that ran. tar-stream copies all global pax records for
// every pax header, so 16 MiB can keep it busy for hours; this reader is one pass, knows what GNU tar writes (ustar
// headers and 'L' for long names, see "Basic Tar Format" in GNU tar's manual), and gives up at the first oddity.
import { buffer } from "node:stream/consumers";
import { pack as packer } from "tar-stream";
import { freight } from "./freight.ts";
import { pathProblem, shown } from "./paths.ts";
import type { SandboxFile } from "./sandbox.ts";

/** The files as a tar archive; check them first. */
export async function packed(files: readonly SandboxFile[], mtime: Date): Promise<Uint8Array> {
  const archive = packer();
  for (const { path, content } of files) archive.entry({ name: path, mode: 0o755, mtime }, Buffer.from(content));
  archive.finalize();
  return buffer(archive);
}

export interface Unpacked {
  readonly files: SandboxFile[];
  readonly skipped: string[];
}

const block = 512;
const kinds: Record<string, string> = {
  1: "a hard link",
  2: "a symbolic link",
  3: "a device",
  4: "a device",
  6: "a pipe",
};

/** The regular files of an archive, sorted by path; never throws, whatever the bytes are. */
export function unpacked(
  archive: Uint8Array,
  caps: { outBytes: number; files: number; skipped: number } = freight,
): Unpacked {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  const files = new Map<string, SandboxFile>();
  const skipped: string[] = [];
  const skip = (name: string, why: string) => {
    if (skipped.length < caps.skipped) skipped.push(`${shown(name)}: ${why}`);
  };
  let left = caps.outBytes;
  let longName: string | undefined;
  for (let at = 0; at + block <= bytes.length; ) {
    const header = bytes.subarray(at, at + block);
    if (header[0] === 0) break; // the end of an archive is blocks of zeros
    const size = octal(header.subarray(124, 136));
    if (size === undefined || octal(header.subarray(148, 156)) !== checksum(header)) {
      skip("the rest", "the archive is damaged");
      break;
    }
    const content = bytes.subarray(at + block, at + block + size);
    at += block + Math.ceil(size / block) * block;
    const kind = String.fromCharCode(header[156]!);
    if (kind === "L") {
      longName = text(content);
      continue;
    }
    const name = (longName ?? text(header.subarray(0, 100))).replace(/^\.\//, "");
    longName = undefined;
    if (kind === "5") continue;
    const problem = pathProblem(name);
    if (kind !== "0" && kind !== "\0") skip(name, kinds[kind] ?? "not a regular file");
    else if (problem !== undefined) skip(name, `the path ${problem}`);
    else if (name.includes("\ufffd")) skip(name, "the path is not UTF-8");
    else if (content.length < size) skip(name, "cut off");
    else if (files.size >= caps.files) skip(name, `more than ${caps.files} files`);
    else if (size > left) skip(name, `more than ${caps.outBytes} bytes together`);
    else {
      left -= size;
      files.set(name, { path: name, content: Uint8Array.from(content) });
    }
  }
  return { files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)), skipped };
}

function text(field: Buffer): string {
  const end = field.indexOf(0);
  return (end < 0 ? field : field.subarray(0, end)).toString("utf8");
}

/** A number in octal digits; GNU's base 256 is for sizes beyond 8 GiB, which never fit. */
function octal(field: Buffer): number | undefined {
  const digits = text(field).trim();
  return /^[0-7]{1,12}$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

/** The sum of all bytes, with the sum's own field read as spaces. */
function checksum(header: Buffer): number {
  let sum = 8 * 32;
  for (let index = 0; index < block; index++) if (index < 148 || index >= 156) sum += header[index]!;
  return sum;
}
