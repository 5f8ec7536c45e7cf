import { utf8 } from '#core/base';

export const TYPE = { A: 1, CNAME: 5, SOA: 6, PTR: 12, TXT: 16, AAAA: 28, SRV: 33, OPT: 41, ANY: 255 } as const;
export const RCODE = { ok: 0, badFormat: 1, failed: 2, noSuchName: 3, notImplemented: 4, refused: 5 } as const;

const IN = 1;
const HEADER = 12;
const PLAIN_LIMIT = 512;
const MAX_UDP = 4096;

/** What a client asks. */
export interface Query {
  readonly id: number;
  /** As sent, without the closing dot. */
  readonly name: string;
  readonly type: number;
  readonly recursionDesired: boolean;
  /** The question section as it came, to be sent back letter for letter. */
  readonly question: Uint8Array;
  /** The largest answer that the client takes over UDP, in bytes. */
  readonly limit: number;
  /** It speaks EDNS, so the answer does. */
  readonly extended: boolean;
}

/** Names are without a closing dot; addresses as text. */
export type DnsRecord = { readonly name: string; readonly ttl: number } & (
  | { readonly type: 'A' | 'AAAA'; readonly address: string }
  | { readonly type: 'CNAME' | 'PTR'; readonly target: string }
  | { readonly type: 'TXT'; readonly text: string }
  | {
      readonly type: 'SRV';
      readonly priority: number;
      readonly weight: number;
      readonly port: number;
      readonly target: string;
    }
  | { readonly type: 'SOA'; readonly server: string; readonly mailbox: string; readonly negativeTtl: number }
);

/** Reads a query with one question of the class IN; undefined where it is none (or its id alone can be answered). */
export function decodeQuery(packet: Uint8Array): Query | undefined {
  if (packet.length < HEADER + 5) return undefined;
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const flags = view.getUint16(2);
  // An answer, another operation than a query, or not exactly one question.
  if (flags & 0xf800 || view.getUint16(4) !== 1) return undefined;
  const labels: string[] = [];
  let at = HEADER;
  for (;;) {
    const length = packet[at];
    if (length === undefined || length > 63) return undefined;
    at++;
    if (length === 0) break;
    if (at + length > packet.length) return undefined;
    let label = '';
    for (let i = 0; i < length; i++) label += String.fromCharCode(packet[at + i]!);
    labels.push(label);
    at += length;
  }
  if (at - HEADER > 255 || at + 4 > packet.length || view.getUint16(at + 2) !== IN) return undefined;
  const end = at + 4;
  const options = view.getUint16(10) > 0 ? sizeOfOptions(packet, view, end) : undefined;
  return {
    id: view.getUint16(0),
    name: labels.join('.'),
    type: view.getUint16(at),
    recursionDesired: (flags & 0x0100) !== 0,
    question: packet.subarray(HEADER, end),
    limit: Math.min(MAX_UDP, Math.max(PLAIN_LIMIT, options ?? PLAIN_LIMIT)),
    extended: options !== undefined,
  };
}

/** An OPT record stands right after the question in every query in use: root name, type, and the size in place of a class. */
function sizeOfOptions(packet: Uint8Array, view: DataView, at: number): number | undefined {
  if (at + 11 > packet.length || packet[at] !== 0 || view.getUint16(at + 1) !== TYPE.OPT) return undefined;
  return view.getUint16(at + 3);
}

export interface AnswerParts {
  readonly code: number;
  readonly answers: readonly DnsRecord[];
  readonly authority?: readonly DnsRecord[];
  readonly additional?: readonly DnsRecord[];
  /** From our own zone rather than by asking others. */
  readonly authoritative: boolean;
}

/** Writes an answer; `limit` bytes at most, with the bit for "ask again by TCP" where that is too little. */
export function encodeAnswer(query: Query, parts: AnswerParts, limit: number): Uint8Array {
  const { answers, authority = [], additional = [] } = parts;
  const writer = new Writer(query.question);
  for (const record of answers) writer.record(record);
  for (const record of authority) writer.record(record);
  for (const record of additional) writer.record(record);
  if (query.extended) writer.options();
  const counts = [answers.length, authority.length, additional.length + (query.extended ? 1 : 0)] as const;
  const flags = flagsOf(query, parts.code, parts.authoritative);
  const whole = writer.finish(query.id, flags, counts);
  return whole.length <= limit ? whole : truncated(query, parts.code, parts.authoritative);
}

const flagsOf = (query: Query, code: number, authoritative: boolean): number =>
  0x8080 | (authoritative ? 0x0400 : 0) | (query.recursionDesired ? 0x0100 : 0) | code;

/** "There is more: ask by TCP." */
export function truncated(query: Query, code: number, authoritative: boolean): Uint8Array {
  const writer = new Writer(query.question);
  if (query.extended) writer.options();
  return writer.finish(query.id, flagsOf(query, code, authoritative) | 0x0200, [0, 0, query.extended ? 1 : 0]);
}

/** Nothing but a code. */
export const failure = (query: Query, code: number): Uint8Array =>
  encodeAnswer(query, { code, answers: [], authoritative: false }, PLAIN_LIMIT);

/** Builds a message; a name that was written before is pointed at. */
class Writer {
  private bytes = new Uint8Array(1024);
  private length = HEADER;
  private readonly places = new Map<string, number>();

  constructor(question: Uint8Array) {
    this.append(question);
    let at = HEADER;
    const labels: [string, number][] = [];
    while (this.bytes[at] !== 0) {
      const size = this.bytes[at]!;
      let label = '';
      for (let i = 1; i <= size; i++) label += String.fromCharCode(this.bytes[at + i]!);
      labels.push([label.toLowerCase(), at]);
      at += size + 1;
    }
    for (let i = 0; i < labels.length; i++) {
      this.places.set(
        labels
          .slice(i)
          .map(([label]) => label)
          .join('.'),
        labels[i]![1],
      );
    }
  }

  record(record: DnsRecord): void {
    this.name(record.name);
    this.word(TYPE[record.type]);
    this.word(IN);
    this.word(record.ttl >>> 16);
    this.word(record.ttl & 0xffff);
    const sizeAt = this.length;
    this.word(0);
    this.data(record);
    const size = this.length - sizeAt - 2;
    this.bytes[sizeAt] = size >> 8;
    this.bytes[sizeAt + 1] = size & 0xff;
  }

  private data(record: DnsRecord): void {
    switch (record.type) {
      case 'A':
        return this.append(record.address.split('.').map(Number));
      case 'AAAA':
        for (const group of groupsOf(record.address)) this.word(group);
        return undefined;
      case 'CNAME':
      case 'PTR':
        return this.name(record.target);
      case 'TXT': {
        const text = utf8(record.text).subarray(0, 255);
        this.append([text.length]);
        return this.append(text);
      }
      case 'SRV':
        this.word(record.priority);
        this.word(record.weight);
        this.word(record.port);
        return this.name(record.target);
      case 'SOA':
        this.name(record.server);
        this.name(record.mailbox);
        // Serial, refresh, retry, expire: nobody transfers this zone.
        for (const value of [1, 7200, 1800, 86400, record.negativeTtl]) {
          this.word(value >>> 16);
          this.word(value & 0xffff);
        }
        return undefined;
    }
  }

  options(): void {
    this.append([0]);
    this.word(TYPE.OPT);
    this.word(MAX_UDP);
    this.append([0, 0, 0, 0, 0, 0]);
  }

  finish(id: number, flags: number, counts: readonly [number, number, number]): Uint8Array {
    const header = [id, flags, 1, ...counts];
    for (let i = 0; i < 6; i++) {
      this.bytes[2 * i] = header[i]! >> 8;
      this.bytes[2 * i + 1] = header[i]! & 0xff;
    }
    return this.bytes.slice(0, this.length);
  }

  private name(name: string): void {
    let rest = name.toLowerCase();
    while (rest !== '') {
      const place = this.places.get(rest);
      if (place !== undefined) return this.word(0xc000 | place);
      if (this.length < 0x4000) this.places.set(rest, this.length);
      const dot = rest.indexOf('.');
      const label = utf8(dot < 0 ? rest : rest.slice(0, dot)).subarray(0, 63);
      this.append([label.length]);
      this.append(label);
      rest = dot < 0 ? '' : rest.slice(dot + 1);
    }
    this.append([0]);
  }

  private word(value: number): void {
    this.append([(value >> 8) & 0xff, value & 0xff]);
  }

  private append(more: ArrayLike<number>): void {
    if (this.length + more.length > this.bytes.length) {
      const larger = new Uint8Array(2 * (this.length + more.length));
      larger.set(this.bytes.subarray(0, this.length));
      this.bytes = larger;
    }
    this.bytes.set(more, this.length);
    this.length += more.length;
  }
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): readonly number[] {
  const [head = '', tail] = address.split('::');
  const read = (text: string) => (text === '' ? [] : text.split(':').map((group) => parseInt(group, 16)));
  const first = read(head);
  if (tail === undefined) return first;
  const last = read(tail);
  return [...first, ...Array.from({ length: 8 - first.length - last.length }, () => 0), ...last];
}
