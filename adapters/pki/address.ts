import { parseAddress } from '#core/machinery/names';

/** The 4 or 16 bytes of an address. Throws a TypeError where the text is none. */
export function addressBytes(text: string): Buffer {
  const address = parseAddress(text);
  if (address === undefined) throw new TypeError(`"${text}" is not an IP address`);
  return Buffer.from(address.bytes);
}
