// Cuts what a program writes into lines, the last one also when no newline ends it.

export interface Lines {
  take(chunk: Uint8Array): void;
  end(): void;
}

/** `tooLong` is called once, when a line is longer than it may be; nothing is read after it. */
export function lines(maxBytes: number, line: (text: string) => void, tooLong: () => void): Lines {
  let begun: Uint8Array[] = [];
  let size = 0;
  let isBroken = false;

  function keep(piece: Uint8Array): void {
    if (piece.byteLength === 0) return;
    size += piece.byteLength;
    if (size <= maxBytes) return void begun.push(piece);
    isBroken = true;
    begun = [];
    tooLong();
  }

  function finish(): void {
    const text = Buffer.concat(begun).toString("utf8").trim();
    begun = [];
    size = 0;
    if (text !== "") line(text);
  }

  return {
    take(chunk) {
      let from = 0;
      while (!isBroken) {
        const at = chunk.indexOf(0x0a, from);
        keep(at < 0 ? chunk.subarray(from) : chunk.subarray(from, at));
        if (at < 0 || isBroken) return;
        finish();
        from = at + 1;
      }
    },
    end() {
      if (!isBroken) finish();
    },
  };
}
