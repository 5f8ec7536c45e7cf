import { isIPv4, isIPv6 } from 'node:net';

/** The 4 or 16 bytes of an address. Throws a TypeError where the text is none. */
export function addressBytes(text: string): Buffer {
  if (isIPv4(text)) return Buffer.from(text.split('.').map(Number));
  if (!isIPv6(text) || text.includes('%')) throw new TypeError(`"${text}" is not an IP address`);
  const dotted = /\d+\.\d+\.\d+\.\d+$/.exec(text)?.[0];
  const plain =
    dotted === undefined ? text : text.slice(0, -dotted.length) + groupsOfIPv4(addressBytes(dotted)).join(':');
  const [head = '', tail] = plain.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const start = groups(head);
  const end = groups(tail ?? '');
  const middle = Array.from({ length: 8 - start.length - end.length }, () => '0');
  const bytes = Buffer.alloc(16);
  [...start, ...middle, ...end].forEach((group, i) => bytes.writeUInt16BE(Number.parseInt(group, 16), i * 2));
  return bytes;
}

const groupsOfIPv4 = (bytes: Buffer) => [bytes.readUInt16BE(0), bytes.readUInt16BE(2)].map((one) => one.toString(16));
