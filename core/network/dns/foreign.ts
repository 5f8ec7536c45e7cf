import { utf8 } from '#core/base';
import { TYPE, type DnsRecord } from './message.ts';

/** A query to another server, asking it to find out. */
export function encodeQuery(id: number, name: string, type: number): Uint8Array {
  const labels = name.split('.').map((label) => utf8(label).subarray(0, 63));
  const bytes: number[] = [id >> 8, id & 0xff, 0x01, 0, 0, 1, 0, 0, 0, 0, 0, 0];
  for (const label of labels) bytes.push(label.length, ...label);
  bytes.push(0, type >> 8, type & 0xff, 0, 1);
  return Uint8Array.from(bytes);
}

/** The addresses and aliases of another server's answer; undefined where it cannot be read. */
export function decodeAnswers(packet: Uint8Array): readonly DnsRecord[] | undefined {
  if (packet.length < 12) return undefined;
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const [questions, answers] = [view.getUint16(4), view.getUint16(6)];
  let at = 12;
  const records: DnsRecord[] = [];
  try {
    for (let i = 0; i < questions; i++) at = readName(packet, at).end + 4;
    for (let i = 0; i < answers; i++) {
      const { name, end } = readName(packet, at);
      const [type, ttl, length] = [view.getUint16(end), view.getUint32(end + 4), view.getUint16(end + 8)];
      const data = end + 10;
      at = data + length;
      if (at > packet.length) return undefined;
      if (type === TYPE.CNAME) records.push({ name, ttl, type: 'CNAME', target: readName(packet, data).name });
      else if (type === TYPE.A && length === 4) {
        records.push({ name, ttl, type: 'A', address: packet.subarray(data, at).join('.') });
      } else if (type === TYPE.AAAA && length === 16) {
        const groups = Array.from({ length: 8 }, (_, group) => view.getUint16(data + 2 * group).toString(16));
        records.push({ name, ttl, type: 'AAAA', address: groups.join(':') });
      }
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  return records;
}

/** Throws a RangeError where the name runs out of the packet or in a circle. */
function readName(packet: Uint8Array, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = start;
  let end = -1;
  for (let jumps = 0; ;) {
    const length = packet[at];
    if (length === undefined) throw new RangeError('a name runs out of its packet');
    if (length >= 0xc0) {
      if (++jumps > 32) throw new RangeError('a name runs in a circle');
      if (end < 0) end = at + 2;
      at = ((length & 0x3f) << 8) | (packet[at + 1] ?? 0);
      continue;
    }
    at++;
    if (length === 0) break;
    let label = '';
    for (let i = 0; i < length; i++) label += String.fromCharCode(packet[at + i] ?? 0);
    labels.push(label);
    at += length;
    if (labels.length > 128) throw new RangeError('a name is too long');
  }
  return { name: labels.join('.'), end: end < 0 ? at : end };
}
