import { addressText, parseAddress } from '#core/machinery/names';

/** Addresses that not everybody reads alike. Upstream: apimachinery/pkg/util/validation/ip.go (GetWarningsForIP). */
export function addressWarnings(text: string, path: string): readonly string[] {
  const address = parseAddress(text);
  if (address === undefined) return [];
  const canonical = addressText(address);
  const quoted = [JSON.stringify(text), JSON.stringify(canonical)] as const;
  if (address.family === 4) {
    return text === canonical ? [] : [`${path}: non-standard IP address ${quoted[0]} is invalid: use ${quoted[1]}`];
  }
  if (text === canonical) return [];
  return [`${path}: IPv6 address ${quoted[0]} should be in RFC 5952 canonical format (${quoted[1]})`];
}
