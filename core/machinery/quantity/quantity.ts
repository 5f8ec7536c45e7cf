/** How a quantity is written: powers of 1024, of 1000, or with an exponent. */
export type QuantityFormat = 'BinarySI' | 'DecimalSI' | 'DecimalExponent';

/** An exact amount of something (cpu, bytes, pieces). Upstream: apimachinery/pkg/api/resource/quantity.go. */
export interface Quantity {
  /** In billionths, the finest there is; what is finer is rounded away from zero. */
  readonly nano: bigint;
  readonly format: QuantityFormat;
}

/** Text that is no quantity. The messages are those that clients know. */
export class QuantityFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'QuantityFailure';
  }
}

const WRONG_FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const WRONG_SUFFIX = "unable to parse quantity's suffix";

const grammar = /^([+-]?)0*([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/;

const NANO = 1_000_000_000n;
/** Binary amounts beyond this are cut down to it. */
const MAX_BINARY = (2n ** 63n - 1n) * NANO;
/** Nobody means more; without a bound a short text would make a number of gigabytes. */
const MAX_EXPONENT = 1000;

const decimalExponents: ReadonlyMap<string, number> = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const binaryExponents: ReadonlyMap<string, number> = new Map([
  ['Ki', 10],
  ['Mi', 20],
  ['Gi', 30],
  ['Ti', 40],
  ['Pi', 50],
  ['Ei', 60],
]);
const decimalSuffixes = [...decimalExponents.keys()];
const binarySuffixes = ['', ...binaryExponents.keys()];

interface Parts {
  readonly negative: boolean;
  readonly whole: string;
  readonly fraction: string;
  readonly base: 2 | 10;
  readonly exponent: number;
  readonly format: QuantityFormat;
}

function split(text: string): Parts {
  const match = text === '' ? null : grammar.exec(text);
  if (match === null) throw new QuantityFailure(WRONG_FORMAT);
  const suffix = match[4]!;
  const parts = { negative: match[1] === '-', whole: match[2] === '' ? '0' : match[2]!, fraction: match[3] ?? '' };
  const decimal = decimalExponents.get(suffix);
  if (decimal !== undefined) return { ...parts, base: 10, exponent: decimal, format: 'DecimalSI' };
  const binary = binaryExponents.get(suffix);
  if (binary !== undefined) return { ...parts, base: 2, exponent: binary, format: 'BinarySI' };
  if (!/^[eE][+-]?[0-9]+$/.test(suffix)) throw new QuantityFailure(WRONG_SUFFIX);
  const exponent = Number(suffix.slice(1));
  if (Math.abs(exponent) > MAX_EXPONENT) throw new QuantityFailure(WRONG_SUFFIX);
  return { ...parts, base: 10, exponent, format: 'DecimalExponent' };
}

function nanoOf({ negative, whole, fraction, base, exponent, format }: Parts): bigint {
  const digits = BigInt(whole + fraction);
  if (digits === 0n) return 0n;
  const scale = (base === 10 ? exponent : 0) - fraction.length + 9;
  const binary = base === 2 ? digits << BigInt(exponent) : digits;
  let nano = scale >= 0 ? binary * 10n ** BigInt(scale) : divideUp(binary, 10n ** BigInt(-scale));
  if (format === 'BinarySI' && nano > MAX_BINARY) nano = MAX_BINARY;
  return negative ? -nano : nano;
}

/** Rounds away from zero. */
function divideUp(amount: bigint, by: bigint): bigint {
  const quotient = amount / by;
  if (quotient * by === amount) return quotient;
  return amount < 0n ? quotient - 1n : quotient + 1n;
}

/** The same few amounts are read again and again, by all who look at a pod. */
const known = new Map<string, Quantity>();
const MOST_KNOWN = 4_000;
/** Longer texts are rare, and none is kept for whoever thinks them up. */
const SHORT = 12;

/** Throws a QuantityFailure. A JSON number is accepted as its text would be. */
export function parseQuantity(value: string | number | bigint): Quantity {
  if (typeof value !== 'string' || value.length > SHORT) return parsed(value);
  let quantity = known.get(value);
  if (quantity !== undefined) return quantity;
  quantity = parsed(value);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(value, quantity);
  return quantity;
}

function parsed(value: string | number | bigint): Quantity {
  const parts = split(String(value).trim());
  const nano = nanoOf(parts);
  const fractional = parts.format === 'BinarySI' && nano > 0n && nano < NANO;
  return { nano, format: fractional ? 'DecimalSI' : parts.format };
}

/** `undefined` where the text is no quantity. */
export function tryQuantity(value: string | number | bigint): Quantity | undefined {
  try {
    return parseQuantity(value);
  } catch {
    return undefined;
  }
}

const obviouslyCanonical = /^(?:0|[1-9][0-9]{0,2}(?:[numkMGTPE]|[KMGTP]i)?)$/;

/**
 * The text in which the API stores a quantity. Simple forms stay as they were written even where they are not the
 * shortest (`1.500`, `+5`, `007`), as in the original. Throws a QuantityFailure.
 */
export function canonicalQuantity(value: string | number | bigint): string {
  const text = String(value).trim();
  if (obviouslyCanonical.test(text)) return text;
  const parts = split(text);
  return keptAsWritten(parts) ? text : formatQuantity(parseQuantity(text));
}

function keptAsWritten({ whole, fraction, base, exponent }: Parts): boolean {
  const digits = whole + fraction;
  if (base === 2) {
    const roomForDigits = 14 - whole.length - Math.trunc((exponent * 3) / 10);
    return fraction === '' && roomForDigits >= 0 && (Number(whole) & 7) !== 0;
  }
  const scale = exponent - fraction.length;
  return digits.length <= 18 && scale >= -9 && scale % 3 === 0 && !digits.endsWith('000') && digits[0] !== '0';
}

/** The shortest text for the amount in its format. */
export function formatQuantity({ nano, format }: Quantity): string {
  if (nano === 0n) return '0';
  const whole = nano / NANO;
  if (format === 'BinarySI' && whole * NANO === nano && (whole >= 1024n || whole <= -1024n)) {
    let power = 0;
    let mantissa = whole;
    while (power < binarySuffixes.length - 1 && mantissa % 1024n === 0n) {
      mantissa /= 1024n;
      power++;
    }
    return `${mantissa}${binarySuffixes[power]}`;
  }
  let power = 0;
  let mantissa = nano;
  const exponential = format === 'DecimalExponent';
  const highest = exponential ? Infinity : decimalSuffixes.length - 1;
  while (power < highest && mantissa % 1000n === 0n) {
    mantissa /= 1000n;
    power++;
  }
  if (!exponential) return `${mantissa}${decimalSuffixes[power]}`;
  return power === 3 ? `${mantissa}` : `${mantissa}e${(power - 3) * 3}`;
}

export const quantityOf = (amount: number | bigint, format: QuantityFormat = 'DecimalSI'): Quantity => ({
  nano: BigInt(amount) * NANO,
  format,
});

export const milliQuantityOf = (milli: number | bigint, format: QuantityFormat = 'DecimalSI'): Quantity => ({
  nano: BigInt(milli) * 1_000_000n,
  format,
});

/** The sum takes the format of the first, unless that is zero. */
export const addQuantities = (left: Quantity, right: Quantity): Quantity => ({
  nano: left.nano + right.nano,
  format: left.nano === 0n ? right.format : left.format,
});

export const subtractQuantities = (left: Quantity, right: Quantity): Quantity => ({
  nano: left.nano - right.nano,
  format: left.nano === 0n ? right.format : left.format,
});

export const compareQuantities = (left: Quantity, right: Quantity): -1 | 0 | 1 =>
  left.nano < right.nano ? -1 : left.nano > right.nano ? 1 : 0;

/** Whole units, rounded away from zero. */
export const wholeOf = (quantity: Quantity): bigint => divideUp(quantity.nano, NANO);

/** Thousandths, rounded away from zero. */
export const milliOf = (quantity: Quantity): bigint => divideUp(quantity.nano, 1_000_000n);

/** Rounded away from zero to thousandths: the finest that resource lists hold. */
export const roundedToMilli = ({ nano, format }: Quantity): Quantity => ({
  nano: divideUp(nano, 1_000_000n) * 1_000_000n,
  format,
});

const MAX_INT64 = 2n ** 63n - 1n;

/** Whether Go sees a fraction: it counts thousandths in 64 bits, and what these cannot hold is wrapped, or nothing. */
export function isFractional(quantity: Quantity): boolean {
  const thousandths = milliOf(quantity);
  if (thousandths <= MAX_INT64) return thousandths % 1000n !== 0n;
  const isPlain = quantity.format !== 'BinarySI' && wholeOf(quantity) <= MAX_INT64;
  return !isPlain && BigInt.asIntN(64, thousandths) % 1000n !== 0n;
}
