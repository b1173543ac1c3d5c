// HTTP/2 frames made and read by hand, for peers that do what no library would do (RFC 9113, sections 4 and 6).

/** Types of frames, by their number in RFC 9113. */
export const frameType = {
  data: 0,
  headers: 1,
  rstStream: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
} as const;

/** Why a stream or a connection was ended (RFC 9113, section 7). */
export const h2Code = {
  noError: 0,
  protocolError: 1,
  internalError: 2,
  flowControlError: 3,
  settingsTimeout: 4,
  streamClosed: 5,
  frameSizeError: 6,
  refusedStream: 7,
  cancel: 8,
  compressionError: 9,
  connectError: 10,
  enhanceYourCalm: 11,
  inadequateSecurity: 12,
  http11Required: 13,
} as const;

/** END_STREAM on data and headers, ACK on settings and pings. */
export const endFlag = 1;
const endHeaders = 4;

export const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

export function frame(type: number, flags: number, streamId: number, payload: Uint8Array = new Uint8Array()): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, payload]);
}

/** A whole header block in one frame. */
export function headersFrame(streamId: number, fields: Readonly<Record<string, string>>, isEnd = false): Buffer {
  const block = Buffer.concat(Object.entries(fields).map(([name, value]) => field(name, value)));
  return frame(frameType.headers, endHeaders | (isEnd ? endFlag : 0), streamId, block);
}

export function dataFrame(streamId: number, data: Uint8Array, isEnd = false): Buffer {
  return frame(frameType.data, isEnd ? endFlag : 0, streamId, data);
}

export function resetFrame(streamId: number, code: number): Buffer {
  return frame(frameType.rstStream, 0, streamId, uint32(code));
}

export function goawayFrame(lastStreamId: number, code: number): Buffer {
  return frame(frameType.goaway, 0, 0, Buffer.concat([uint32(lastStreamId), uint32(code)]));
}

/** Settings by their number, such as 3 for the number of concurrent streams. */
export function settingsFrame(settings: Record<number, number> = {}): Buffer {
  const pairs = Object.entries(settings).map(([id, value]) => {
    const pair = Buffer.alloc(6);
    pair.writeUInt16BE(Number(id), 0);
    pair.writeUInt32BE(value, 2);
    return pair;
  });
  return frame(frameType.settings, 0, 0, Buffer.concat(pairs));
}

/** Takes bytes in pieces of any size and gives whole frames. */
export function frameReader(take: (frame: Frame) => void): (bytes: Buffer) => void {
  let left = Buffer.alloc(0);
  return (bytes) => {
    left = Buffer.concat([left, bytes]);
    for (;;) {
      if (left.length < 9) return;
      const end = 9 + left.readUIntBE(0, 3);
      if (left.length < end) return;
      const payload = left.subarray(9, end);
      const read = { type: left[3]!, flags: left[4]!, streamId: left.readUInt32BE(5) & 0x7fffffff, payload };
      left = left.subarray(end);
      take(read);
    }
  };
}

/** A field as HPACK's literal without indexing, with a new name and no Huffman code (RFC 7541, section 6.2.2). */
function field(name: string, value: string): Buffer {
  return Buffer.concat([Buffer.from([0]), text(name), text(value)]);
}

/** A string with its length as an integer with a prefix of 7 bits (RFC 7541, sections 5.1 and 5.2). */
function text(value: string): Buffer {
  const bytes = Buffer.from(value, "latin1");
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const length = [127];
  let rest = bytes.length - 127;
  for (; rest >= 128; rest >>>= 7) length.push((rest & 127) | 128);
  return Buffer.concat([Buffer.from([...length, rest]), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
