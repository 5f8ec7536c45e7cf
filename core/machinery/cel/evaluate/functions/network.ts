import {
  type Address,
  type AddressRange,
  addressText,
  inRange,
  parseAddress,
  parseRange,
  rangeText,
} from '#core/machinery/names';
import { Failure, type Foreign, type Value } from '../values.ts';
import { type Functions, ofText } from './function.ts';

interface IpValue extends Foreign {
  readonly address: Address;
}
interface CidrValue extends Foreign {
  readonly range: AddressRange;
}

const isIpValue = (value: Value | undefined): value is IpValue =>
  typeof value === 'object' && value !== null && 'address' in value;
const isCidrValue = (value: Value | undefined): value is CidrValue =>
  typeof value === 'object' && value !== null && 'range' in value;

/** Leading zeros, zones and IPv4 within IPv6 are not let through. */
function strictAddress(text: string): Address | undefined {
  if (/(?:^|\.)0\d/.test(text)) return undefined;
  const address = parseAddress(text);
  return address?.family === 4 && text.includes(':') ? undefined : address;
}

function readAddress(text: string): IpValue | Failure {
  const address = strictAddress(text);
  if (address) return ipValue(address);
  if (parseAddress(text) && text.includes(':')) {
    return new Failure(`IPv4-mapped IPv6 address ${JSON.stringify(text)} is not allowed`);
  }
  const shown = JSON.stringify(text);
  return new Failure(
    `IP Address ${shown} parse error during conversion from string: ParseAddr(${shown}): unable to parse IP`,
  );
}

function strictRange(text: string): AddressRange | undefined {
  const [address = '', bits = ''] = text.split('/');
  return strictAddress(address) && !/^0\d/.test(bits) ? parseRange(text) : undefined;
}

function readRange(text: string): CidrValue | Failure {
  const range = strictRange(text);
  if (range) return cidrValue(range);
  const why = 'network address parse error during conversion from string';
  return new Failure(`${why}: ${why}: netip.ParsePrefix(${JSON.stringify(text)}): unable to parse IP`);
}

function ipValue(address: Address): IpValue {
  const { family, bytes } = address;
  const [first = 0, second = 0] = bytes;
  const text = addressText(address);
  const unspecified = bytes.every((byte) => byte === 0);
  const loopback = family === 4 ? first === 127 : text === '::1';
  const multicast = family === 4 ? first >= 224 && first < 240 : first === 255;
  const linkLocal = family === 4 ? first === 169 && second === 254 : first === 254 && (second & 192) === 128;
  const linkMulticast =
    family === 4 ? first === 224 && second === 0 && bytes[2] === 0 : first === 255 && (second & 15) === 2;
  const broadcast = text === '255.255.255.255';
  return {
    typeName: 'net.IP',
    size: bytes.length,
    text,
    address,
    equals: (other) => isIpValue(other) && addressText(other.address) === text,
    methods: {
      family: () => BigInt(family),
      isUnspecified: () => unspecified,
      isLoopback: () => loopback,
      isLinkLocalMulticast: () => linkMulticast,
      isLinkLocalUnicast: () => linkLocal,
      isGlobalUnicast: () => !unspecified && !loopback && !multicast && !linkLocal && !broadcast,
    },
  };
}

function cidrValue(range: AddressRange): CidrValue {
  const { address, bits } = range;
  const text = `${addressText(address)}/${bits}`;
  return {
    typeName: 'net.CIDR',
    size: Math.ceil(bits / 8),
    text,
    range,
    equals: (other) => isCidrValue(other) && other.text === text,
    methods: {
      ip: () => ipValue(address),
      masked: () => cidrValue(parseRange(rangeText(range))!),
      prefixLength: () => BigInt(bits),
      containsIP: ([other]) => {
        const ip = typeof other === 'string' ? readAddress(other) : other;
        return isIpValue(ip) ? inRange(range, ip.address) : ip instanceof Failure ? ip : undefined;
      },
      containsCIDR: ([other]) => {
        const inner = typeof other === 'string' ? readRange(other) : other;
        if (!isCidrValue(inner)) return inner instanceof Failure ? inner : undefined;
        return bits <= inner.range.bits && inRange(range, inner.range.address);
      },
    },
  };
}

/** Upstream: apiserver/pkg/cel/library/{ip,cidr}.go. */
export const NETWORK: Functions = {
  ip: ofText(readAddress),
  isIP: ofText((text) => strictAddress(text) !== undefined),
  'ip.isCanonical': ofText((text) => {
    const address = readAddress(text);
    return address instanceof Failure ? address : address.text === text;
  }),
  cidr: ofText(readRange),
  isCIDR: ofText((text) => strictRange(text) !== undefined),
};
