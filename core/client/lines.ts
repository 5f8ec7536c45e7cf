import { concat, type Readable } from '#core/base';

const NEWLINE = 0x0a;

/**
 * The lines of a stream, without their line ends and without empty ones: all that one chunk completes together. Throws a
 * RangeError at a line of more than `limit` bytes.
 */
export async function* lines(body: Readable, limit: number): AsyncGenerator<readonly Uint8Array[]> {
  let held: Uint8Array[] = [];
  let length = 0;
  for (let chunk = await body.read(); chunk !== undefined; chunk = await body.read()) {
    const batch: Uint8Array[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const piece = chunk.subarray(start, end);
      const line = held.length === 0 ? piece : concat([...held, piece]);
      if (line.length > 0) batch.push(line);
      held = [];
      length = 0;
      start = end + 1;
    }
    if (start < chunk.length) {
      held.push(chunk.subarray(start));
      length += chunk.length - start;
      if (length > limit) throw new RangeError(`a line of more than ${limit} bytes`);
    }
    if (batch.length > 0) yield batch;
  }
  if (length > 0) yield [concat(held)];
}
