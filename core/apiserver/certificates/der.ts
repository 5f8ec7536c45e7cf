/** One element of DER (X.690): its tag, and where its content lies. */
export interface Element {
  readonly bytes: Uint8Array;
  readonly tag: number;
  /** Where the element starts. */
  readonly at: number;
  readonly start: number;
  readonly end: number;
}

export const OID = 0x06;
export const UTC_TIME = 0x17;
/** `[number]`, constructed. */
export const context = (number: number) => 0xa0 | number;

/** Throws a RangeError where the bytes end too early or the length is not as DER has it. */
export function elementAt(bytes: Uint8Array, at: number, limit = bytes.length): Element {
  const tag = bytes[at];
  let length = bytes[at + 1];
  let start = at + 2;
  if (tag === undefined || length === undefined || (tag & 0x1f) === 0x1f) throw new RangeError('not DER');
  if (length >= 0x80) {
    let octets = length & 0x7f;
    if (octets === 0 || octets > 3) throw new RangeError('not DER: odd length');
    length = 0;
    while (octets-- > 0) length = (length << 8) | (bytes[start++] ?? 0);
  }
  if (start + length > limit) throw new RangeError('DER ends too early');
  return { bytes, tag, at, start, end: start + length };
}

/** What a constructed element holds. */
export function childrenOf(element: Element): Element[] {
  const children: Element[] = [];
  for (let at = element.start; at < element.end;) {
    const child = elementAt(element.bytes, at, element.end);
    children.push(child);
    at = child.end;
  }
  return children;
}

export const contentOf = ({ bytes, start, end }: Element): Uint8Array => bytes.subarray(start, end);

/** The element with its head. */
export const wholeOf = ({ bytes, at, end }: Element): Uint8Array => bytes.subarray(at, end);

/** `2.5.4.3` */
export function oidOf(element: Element): string {
  const parts: number[] = [];
  let part = 0;
  for (const byte of contentOf(element)) {
    part = part * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      if (parts.length === 0) {
        const first = Math.min(Math.floor(part / 40), 2);
        parts.push(first, part - first * 40);
      } else parts.push(part);
      part = 0;
    }
  }
  return parts.join('.');
}

/** Any of the string types that names use; 16-bit strings too. */
export function stringOf(element: Element): string {
  const content = contentOf(element);
  if (element.tag === 0x1e) {
    let text = '';
    for (let i = 0; i + 1 < content.length; i += 2) text += String.fromCharCode((content[i]! << 8) | content[i + 1]!);
    return text;
  }
  return new TextDecoder().decode(content);
}

/** Milliseconds since the epoch. */
export function timeOf(element: Element): number {
  const text = stringOf(element);
  const digits = element.tag === UTC_TIME ? `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}` : text;
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(digits) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
