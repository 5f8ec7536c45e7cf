import { doubleText, durationText } from '#core/machinery/values';
import { entriesOf, itemsOf } from './collections.ts';
import { timestampText } from './functions/conversions.ts';
import {
  Bytes,
  Duration,
  Failure,
  isList,
  isMapping,
  Optional,
  Timestamp,
  TypeValue,
  typeNameOf,
  Uint,
  type Value,
} from './values.ts';

/** A value as a person reads it: for messages and tests. */
export function show(value: Value): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return `double(${doubleText(value)})`;
  if (value === null || typeof value !== 'object') return String(value);
  if (value instanceof Uint) return `${value.value}u`;
  if (value instanceof Failure) return `error: ${value.message}`;
  if (value instanceof Bytes) {
    return `b(${Array.from(value.text, (one) => one.charCodeAt(0).toString(16).padStart(2, '0')).join('')})`;
  }
  if (value instanceof Duration) return `duration(${durationText(value.nanoseconds)})`;
  if (value instanceof Timestamp) return `timestamp(${timestampText(value)})`;
  if (value instanceof Optional) return value.value === undefined ? 'none' : `optional(${show(value.value)})`;
  if (value instanceof TypeValue) return `type(${value.name})`;
  if (isList(value)) return `[${[...itemsOf(value)].map(show).join(', ')}]`;
  if (isMapping(value)) {
    const entries = [...entriesOf(value)].map(([key, one]) => `${show(key)}: ${show(one)}`);
    return `{${entries.toSorted().join(', ')}}`;
  }
  return typeNameOf(value);
}
