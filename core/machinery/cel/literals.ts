import type { Literal } from './ast.ts';
import type { Token } from './tokens.ts';

/** Why a token is no value. */
export interface Unreadable {
  readonly detail: string;
}

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
const ESCAPE = /\\(?:[xX]([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-3][0-7]{2})|([^]))/g;

const latin = (text: string): string => String.fromCharCode(...new TextEncoder().encode(text));
const isScalar = (code: number): boolean => code <= 0x10_ff_ff && (code < 0xd8_00 || code > 0xdf_ff);

/** What stands between the quotes, and whether escapes are taken as they stand. */
function between(text: string): { readonly inner: string; readonly raw: boolean } {
  const raw = /^[rR]/.test(text);
  const quoted = (raw ? text.slice(1) : text).replaceAll(/\r\n?/g, '\n');
  const width = quoted.length >= 6 && /^("""|''')/.test(quoted) ? 3 : 1;
  return { inner: quoted.slice(width, -width), raw };
}

/** The text that a token of a string or of bytes states. Upstream: cel-go/parser/unescape.go. */
function unescape(text: string, bytes: boolean): string | Unreadable {
  const { inner, raw } = between(text);
  const plain = (piece: string): string => (bytes ? latin(piece) : piece);
  if (raw) return plain(inner);
  let result = '';
  let last = 0;
  for (const found of inner.matchAll(ESCAPE)) {
    const [all, hex, short, long, octal, other] = found;
    result += plain(inner.slice(last, found.index));
    last = found.index + all.length;
    if (other !== undefined) {
      result += SIMPLE[other] ?? other;
      continue;
    }
    if (bytes && (short ?? long) !== undefined) return { detail: 'unable to unescape string' };
    const code = octal === undefined ? Number.parseInt((hex ?? short ?? long)!, 16) : Number.parseInt(octal, 8);
    if (!bytes && !isScalar(code)) return { detail: 'invalid unicode code point' };
    result += String.fromCodePoint(code);
  }
  return result + plain(inner.slice(last));
}

const WITHIN = { int: [-(2n ** 63n), 2n ** 63n - 1n], uint: [0n, 2n ** 64n - 1n] } as const;

function integer(type: 'int' | 'uint', digits: string, sign: string): Literal | Unreadable {
  if (!/^(?:0x[\da-fA-F]+|\d+)$/.test(digits)) return { detail: `invalid ${type} literal` };
  const value = sign === '-' ? -BigInt(digits) : BigInt(digits);
  const [least, most] = WITHIN[type];
  return value < least || value > most ? { detail: `invalid ${type} literal` } : { type, value };
}

/** The value that a token states. */
export function literalOf(name: string, token: Token, sign = ''): Literal | Unreadable {
  switch (name) {
    case 'Int':
      return integer('int', token.text, sign);
    case 'Uint':
      return integer('uint', token.text.slice(0, -1), '');
    case 'Double': {
      const value = Number(sign + token.text);
      return Number.isFinite(value) ? { type: 'double', value } : { detail: 'invalid double literal' };
    }
    case 'String':
    case 'Bytes': {
      const bytes = name === 'Bytes';
      const value = unescape(bytes ? token.text.slice(1) : token.text, bytes);
      return typeof value === 'string' ? { type: bytes ? 'bytes' : 'string', value } : value;
    }
    case 'Null':
      return { type: 'null', value: null };
    default:
      return { type: 'bool', value: name === 'BoolTrue' };
  }
}
