/** Go's durations (`1h30m0s`) to and from nanoseconds. Upstream: Go's time.ParseDuration and Duration.String. */

const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const LONGEST = 2n ** 63n;

/** `undefined` where the text is no duration or beyond 290 years. */
export function parseDuration(text: string): bigint | undefined {
  if (text === '0' || text === '+0' || text === '-0') return 0n;
  if (!/^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of text.matchAll(/(\d*)\.?(\d*)(ns|us|µs|μs|ms|s|m|h)/g)) {
    const scale = UNITS[unit]!;
    total += BigInt(whole === '' ? '0' : whole) * scale;
    if (fraction !== '') total += (BigInt(fraction) * scale) / 10n ** BigInt(fraction.length);
  }
  if (total > LONGEST || (total === LONGEST && text[0] !== '-')) return undefined;
  return text[0] === '-' ? -total : total;
}

/** Why a text is no duration, in Go's words; `undefined` where it is one. */
export function durationFault(text: string): string | undefined {
  if (parseDuration(text) !== undefined) return undefined;
  const quoted = JSON.stringify(text);
  for (let rest = text.replace(/^[+-]/, ''); rest !== '';) {
    const [all, number, unit = ''] = /^(\d+\.?\d*|\.\d+)([^.\d]*)/.exec(rest) ?? [];
    if (all === undefined || number === undefined) break;
    if (unit === '') return `time: missing unit in duration ${quoted}`;
    if (UNITS[unit] === undefined) return `time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}`;
    rest = rest.slice(all.length);
  }
  return `time: invalid duration ${quoted}`;
}

export function durationText(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '0s';
  const sign = nanoseconds < 0n ? '-' : '';
  const amount = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (amount < 1000n) return `${sign}${amount}ns`;
  if (amount < 1_000_000n) return `${sign}${decimal(amount, 3)}µs`;
  if (amount < 1_000_000_000n) return `${sign}${decimal(amount, 6)}ms`;
  const seconds = amount / 1_000_000_000n;
  const minutes = seconds / 60n;
  const hours = minutes / 60n;
  const rest = `${decimal(amount - minutes * 60_000_000_000n, 9)}s`;
  if (hours > 0n) return `${sign}${hours}h${minutes % 60n}m${rest}`;
  return minutes > 0n ? `${sign}${minutes}m${rest}` : `${sign}${rest}`;
}

/** An amount in units of 10^digits, without trailing zeros. */
function decimal(amount: bigint, digits: number): string {
  const scale = 10n ** BigInt(digits);
  const fraction = String(amount % scale)
    .padStart(digits, '0')
    .replace(/0+$/, '');
  return fraction === '' ? `${amount / scale}` : `${amount / scale}.${fraction}`;
}
