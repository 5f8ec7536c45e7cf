/** One line of a log in the CRI's format: `2026-01-01T00:00:00.123456789Z stdout F text`. */
export interface LogLine {
  /** As it stands in the file; to nanoseconds. */
  readonly time: string;
  readonly stream: 'stdout' | 'stderr';
  /** A piece of a longer line: no line end follows it. */
  readonly partial: boolean;
  readonly text: Uint8Array;
}

const SPACE = 32;
const P = 80;

/** Undefined where it is none: a line cut short by a crash, for instance. `bytes` without its line end. */
export function parseLogLine(bytes: Uint8Array): LogLine | undefined {
  const first = bytes.indexOf(SPACE);
  const second = first < 0 ? -1 : bytes.indexOf(SPACE, first + 1);
  if (second < 0) return undefined;
  let third = bytes.indexOf(SPACE, second + 1);
  // An empty line may come without its blank.
  if (third < 0) third = bytes.length;
  const stream = asciiOf(bytes, first + 1, second);
  if (stream !== 'stdout' && stream !== 'stderr') return undefined;
  return {
    time: asciiOf(bytes, 0, first),
    stream,
    partial: third > second + 1 && bytes[second + 1] === P,
    text: bytes.subarray(Math.min(third + 1, bytes.length)),
  };
}

function asciiOf(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let index = from; index < to; index++) text += String.fromCharCode(bytes[index]!);
  return text;
}

/** Cuts a stream of chunks into lines; what has no end yet waits for the next chunk. */
export function lineCutter(): (chunk: Uint8Array) => Uint8Array[] {
  let rest: Uint8Array = new Uint8Array(0);
  return (chunk) => {
    const lines: Uint8Array[] = [];
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      const piece = chunk.subarray(from, end);
      lines.push(rest.length === 0 ? piece : joined(rest, piece));
      rest = new Uint8Array(0);
      from = end + 1;
    }
    if (from < chunk.length) {
      const piece = chunk.subarray(from);
      // The chunk may be used again by whoever gave it.
      rest = rest.length === 0 ? piece.slice() : joined(rest, piece);
    }
    return lines;
  };
}

function joined(left: Uint8Array, right: Uint8Array): Uint8Array {
  const whole = new Uint8Array(left.length + right.length);
  whole.set(left);
  whole.set(right, left.length);
  return whole;
}
