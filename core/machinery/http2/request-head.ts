import { setField } from '#core/base';
import { CONNECTION_FIELDS } from './field-encoder.ts';
import type { Field } from './field-decoder.ts';
import type { RequestHead } from './stream.ts';

const PSEUDO: ReadonlySet<string> = new Set([':method', ':scheme', ':path', ':authority']);

/** What a block of fields asks for; `undefined` where it is malformed. RFC 9113, section 8. */
export function requestHeadOf(fields: readonly Field[]): RequestHead | undefined {
  const pseudo = new Map<string, string>();
  const headers: Record<string, string> = {};
  let isHead = true;
  for (const [name, value] of fields) {
    if (name.charCodeAt(0) === 0x3a) {
      if (!isHead || !PSEUDO.has(name) || pseudo.has(name)) return undefined;
      pseudo.set(name, value);
      continue;
    }
    isHead = false;
    if (!isPlain(name, value)) return undefined;
    add(headers, name, value);
  }
  const method = pseudo.get(':method');
  const target = pseudo.get(':path');
  if (method === undefined || target === undefined || target === '' || !pseudo.has(':scheme')) return undefined;
  if (!/^\d*$/.test(headers['content-length'] ?? '')) return undefined;
  return { method, target, headers };
}

/** Fields after the body say nothing that we need; they must be well-formed all the same. */
export const areTrailers = (fields: readonly Field[]): boolean =>
  fields.every(([name, value]) => name.charCodeAt(0) !== 0x3a && isPlain(name, value));

/** Whether a field may stand in HTTP/2: lower case, no word about connections, nothing that ends a line. */
function isPlain(name: string, value: string): boolean {
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (code <= 0x20 || code >= 0x7f || code === 0x3a || (code >= 0x41 && code <= 0x5a)) return false;
  }
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code === 0 || code === 0x0a || code === 0x0d) return false;
  }
  return name !== '' && !CONNECTION_FIELDS.has(name) && (name !== 'te' || value === 'trailers');
}

/** Repeated ones are joined. */
function add(headers: Record<string, string>, name: string, value: string): void {
  if (Object.hasOwn(headers, name)) {
    headers[name] = `${headers[name]}${name === 'cookie' ? '; ' : ', '}${value}`;
  } else setField(headers, name, value);
}
