import { utf8 } from '#core/base';
import { STATIC_FIELDS } from './static-table.ts';

/** Places of names in the static table; of `:status` with a value, those of the whole. */
export function staticIndexes(): ReadonlyMap<string, number> {
  const indexes = new Map<string, number>();
  for (const [at, [name, value]] of STATIC_FIELDS.entries()) {
    if (!indexes.has(name)) indexes.set(name, at + 1);
    if (name === ':status') indexes.set(`:status ${value}`, at + 1);
  }
  return indexes;
}

/** Those that speak of a connection of HTTP/1.1. RFC 9113, section 8.2.2. */
export const CONNECTION_FIELDS: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Writes an answer's head, referring to nothing that was sent before: heads are short, and what is not remembered costs the
 * peer no memory. Characters that would end a line become spaces.
 */
export function encodeHead(
  indexes: ReadonlyMap<string, number>,
  status: number,
  headers: Readonly<Record<string, string>>,
): Uint8Array {
  const bytes: number[] = [];
  const whole = indexes.get(`:status ${status}`);
  if (whole !== undefined) bytes.push(0x80 | whole);
  else literal(bytes, indexes, ':status', String(status));
  for (const name in headers) {
    if (!CONNECTION_FIELDS.has(name)) literal(bytes, indexes, name, headers[name]!);
  }
  return new Uint8Array(bytes);
}

function literal(bytes: number[], indexes: ReadonlyMap<string, number>, name: string, value: string): void {
  const index = indexes.get(name);
  if (index === undefined) {
    bytes.push(0);
    text(bytes, name);
  } else integer(bytes, index, 4);
  text(bytes, value);
}

function text(bytes: number[], value: string): void {
  const start = bytes.length;
  bytes.push(value.length);
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code >= 0x80 || value.length >= 0x7f) return longText(bytes, start, value);
    bytes.push(code === 0 || code === 0x0a || code === 0x0d ? 0x20 : code);
  }
}

function longText(bytes: number[], start: number, value: string): void {
  bytes.length = start;
  const encoded = utf8(value);
  integer(bytes, encoded.length, 7);
  for (const code of encoded) bytes.push(code === 0 || code === 0x0a || code === 0x0d ? 0x20 : code);
}

/** The bits above the prefix are 0. */
function integer(bytes: number[], value: number, bits: number): void {
  const most = (1 << bits) - 1;
  if (value < most) {
    bytes.push(value);
    return;
  }
  bytes.push(most);
  let rest = value - most;
  for (; rest >= 0x80; rest >>>= 7) bytes.push(0x80 | (rest & 0x7f));
  bytes.push(rest);
}
