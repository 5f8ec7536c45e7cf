import { entriesOf, itemsOf } from '../collections.ts';
import {
  Bytes,
  Duration,
  Failure,
  isList,
  isMapping,
  Timestamp,
  TypeValue,
  typeNameOf,
  Uint,
  type Value,
} from '../values.ts';
import { CONVERSIONS, timestampText } from './conversions.ts';

const NONE = { pattern: () => ({ test: () => false, find: () => [] }) };
const quoted = (text: string): string => JSON.stringify(text);
const utf8 = (text: string): string => String(CONVERSIONS['string']!([new Bytes(text)], NONE));
const bytesOf = (value: string | Bytes): string =>
  typeof value === 'string' ? String.fromCharCode(...new TextEncoder().encode(value)) : value.text;

/** A value within a list or map, as an expression would state it. */
function stated(value: Value): string {
  if (typeof value === 'string') return quoted(value);
  if (value instanceof Bytes) return `b${quoted(utf8(value.text))}`;
  if (typeof value === 'number') return Number.isFinite(value) ? value.toFixed(6) : quoted(plain(value));
  if (value instanceof Timestamp) return `timestamp(${quoted(timestampText(value))})`;
  if (value instanceof Duration) return `duration(${quoted(plain(value))})`;
  return plain(value);
}

function plain(value: Value): string {
  if (value === null) return 'null';
  if (isList(value)) return `[${[...itemsOf(value)].map(stated).join(', ')}]`;
  if (isMapping(value)) {
    const entries = [...entriesOf(value)].map(([key, one]) => [stated(key), stated(one)] as const);
    return `{${entries
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => `${key}:${one}`)
      .join(', ')}}`;
  }
  if (value instanceof TypeValue) return value.name;
  return String(CONVERSIONS['string']!([value], NONE));
}

const wrong = (detail: string, value: Value): Failure =>
  new Failure(`error during formatting: ${detail}, was given ${typeNameOf(value)}`);
const whole = (value: Value): bigint | undefined =>
  typeof value === 'bigint' ? value : value instanceof Uint ? value.value : undefined;

function based(value: Value, base: 2 | 8 | 16): string | undefined {
  return whole(value)?.toString(base);
}

function floating(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  if (value === 'NaN') return Number.NaN;
  return value === 'Infinity' ? Infinity : value === '-Infinity' ? -Infinity : undefined;
}

function floatText(value: number, precision: number, scientific: boolean): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞';
  if (!scientific) {
    const [integer, fraction] = value.toFixed(precision).split('.') as [string, string?];
    const grouped = integer.replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
    return fraction === undefined ? grouped : `${grouped}.${fraction}`;
  }
  const [digits, exponent] = value.toExponential(precision).split('e') as [string, string];
  const power = Number(exponent);
  return `${digits}×10${String(Math.abs(power))
    .padStart(2, '0')
    .replaceAll(/\d/g, (one) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(one)]!)
    .replace(/^/, power < 0 ? '⁻' : '')}`;
}

function clause(letter: string, precision: number, value: Value): string | Failure {
  if (letter === 's') return plain(value);
  if (letter === 'd') return whole(value)?.toString() ?? wrong('decimal clause can only be used on integers', value);
  if (letter === 'o') return based(value, 8) ?? wrong('octal clause can only be used on integers', value);
  if (letter === 'b') {
    const bit = typeof value === 'boolean' ? String(Number(value)) : based(value, 2);
    return bit ?? wrong('only integers and bools can be formatted as binary', value);
  }
  if (letter === 'x' || letter === 'X') {
    const hex =
      typeof value === 'string' || value instanceof Bytes
        ? Array.from(bytesOf(value), (one) => one.charCodeAt(0).toString(16).padStart(2, '0')).join('')
        : based(value, 16);
    if (hex === undefined) return wrong('only integers, byte buffers, and strings can be formatted as hex', value);
    return letter === 'X' ? hex.toUpperCase() : hex;
  }
  const name = letter === 'e' ? 'scientific' : 'fixed-point';
  const number = floating(value);
  if (number === undefined) return wrong(`${name} clause can only be used on doubles`, value);
  return floatText(number, precision, letter === 'e');
}

/** Puts values into a text. Upstream: cel-go/ext/formatting.go. */
export function formatted(format: string, values: readonly Value[]): Value {
  let result = '';
  let last = 0;
  let used = 0;
  for (const { 0: found, 1: precision, 2: letter = '', index } of format.matchAll(/%%|%(\.\d+)?([^%]?)/g)) {
    if (index < last) continue;
    result += format.slice(last, index);
    last = index + found.length;
    if (found === '%%') {
      result += '%';
      continue;
    }
    const value = values[used];
    if (value === undefined) return new Failure(`index ${used} out of range`);
    if (letter === '') return new Failure('unexpected end of string');
    if (!'sdfebxXo'.includes(letter)) {
      return new Failure(`could not parse formatting clause: unrecognized formatting clause "${letter}"`);
    }
    used++;
    const piece = clause(letter, precision === undefined ? 6 : Number(precision.slice(1)), value);
    if (piece instanceof Failure) return piece;
    result += piece;
  }
  return result + format.slice(last);
}
