import { CborFailure, unacceptable } from './failure.ts';
import { ARRAY, BYTES, ENDED, type Heads, INDEFINITE, MAP, TAG, TEXT, typeName } from './heads.ts';

/** Arrays, maps and tags within each other; the original allows ten thousand, but as deep as JSON is deep enough. */
const MAX_DEPTH = 1000;
const MAX_ELEMENTS = 2 ** 31 - 1;
const MAX_PAIRS = 2 ** 21;
const POSITIVE_BIGNUM = 2;
const NEGATIVE_BIGNUM = 3;

/**
 * Passes over the one item that the bytes must be, so that whoever reads it after may trust its lengths. Throws a CborFailure.
 * Upstream: github.com/fxamacker/cbor/v2 valid.go, apimachinery/pkg/runtime/serializer/cbor/internal/modes/decode.go.
 */
export function checkForm(heads: Heads): void {
  const { length } = heads.bytes;
  if (length === 0) throw new CborFailure('EOF', true);
  passItem(heads);
  const { at } = heads;
  if (at < length) throw new CborFailure(`cbor: ${length - at} bytes of extraneous data starting at index ${at}`, true);
}

/** The same of the item that comes next; others may follow it. */
export const passItem = (heads: Heads): void => item(heads, 0);

function item(heads: Heads, outside: number): void {
  heads.read();
  let depth = outside;
  while (heads.major === TAG) {
    const tag = heads.argument;
    if (heads.at >= heads.bytes.length) throw new CborFailure(ENDED, true);
    if (tag === POSITIVE_BIGNUM || tag === NEGATIVE_BIGNUM) throw new CborFailure(unacceptable('tag', 'bignum'), true);
    if (heads.next === TAG) depth = deeper(depth);
    heads.read();
  }
  switch (heads.major) {
    case BYTES:
    case TEXT:
      return heads.info === INDEFINITE ? chunks(heads) : text(heads);
    case ARRAY:
    case MAP:
      return heads.info === INDEFINITE ? untilBreak(heads, deeper(depth)) : counted(heads, deeper(depth));
  }
}

function deeper(depth: number): number {
  if (depth >= MAX_DEPTH) throw new CborFailure(`cbor: exceeded max nested level ${MAX_DEPTH}`, true);
  return depth + 1;
}

function text(heads: Heads): void {
  const length = lengthOf(heads, 'causing integer overflow');
  if (heads.bytes.length - heads.at < length) throw new CborFailure(ENDED, true);
  heads.at += length;
}

function chunks(heads: Heads): void {
  const { major } = heads;
  const whole = `indefinite-length ${typeName(major)}`;
  for (;;) {
    if (heads.at >= heads.bytes.length) throw new CborFailure(ENDED, true);
    if (heads.ends()) return;
    if (heads.next !== major)
      throw new CborFailure(`cbor: wrong element type ${typeName(heads.next)} for ${whole}`, true);
    heads.read();
    if (heads.info === INDEFINITE) throw new CborFailure(`cbor: ${whole} chunk is not definite-length`, true);
    text(heads);
  }
}

function counted(heads: Heads, depth: number): void {
  const isMap = heads.major === MAP;
  const length = lengthOf(heads, 'it would cause integer overflow');
  if (length > (isMap ? MAX_PAIRS : MAX_ELEMENTS)) throw tooMany(isMap);
  for (let left = isMap ? 2 * length : length; left > 0; left--) item(heads, depth);
}

function untilBreak(heads: Heads, depth: number): void {
  const isMap = heads.major === MAP;
  for (let count = 0; ; count++) {
    if (heads.at >= heads.bytes.length) throw new CborFailure(ENDED, true);
    if (!heads.ends()) item(heads, depth);
    else if (isMap && count % 2 === 1) throw new CborFailure('cbor: unexpected "break" code', true);
    else return;
    if (count + 1 > (isMap ? 2 * MAX_PAIRS : MAX_ELEMENTS)) throw tooMany(isMap);
  }
}

const tooMany = (isMap: boolean) =>
  new CborFailure(
    isMap
      ? `cbor: exceeded max number of key-value pairs ${MAX_PAIRS} for CBOR map`
      : `cbor: exceeded max number of elements ${MAX_ELEMENTS} for CBOR array`,
    true,
  );

const INT64 = 2n ** 63n;

function lengthOf({ major, argument }: Heads, why: string): number {
  if (typeof argument === 'bigint' && argument >= INT64)
    throw new CborFailure(`cbor: ${typeName(major)} length ${argument} is too large, ${why}`, true);
  return Number(argument);
}
