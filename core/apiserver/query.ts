import { badRequest } from '#core/machinery/status';

/** A request's query: every key with all its values, in order. */
export type Query = ReadonlyMap<string, readonly string[]>;

const none: Query = new Map();

/** Reads what follows the `?`; '' gives the empty query. Throws a StatusError (400) where an escape is wrong. */
export function parseQuery(text: string): Query {
  if (text === '') return none;
  const query = new Map<string, string[]>();
  for (const part of text.split('&')) {
    // Go takes a semicolon for an error, and leaves out what holds one.
    if (part === '' || part.includes(';')) continue;
    const equals = part.indexOf('=');
    const key = unescapeQuery(equals < 0 ? part : part.slice(0, equals));
    const value = equals < 0 ? '' : unescapeQuery(part.slice(equals + 1));
    const values = query.get(key);
    if (values === undefined) query.set(key, [value]);
    else values.push(value);
  }
  return query;
}

/** The first value; '' where the key is missing. */
export const first = (query: Query, key: string): string => query.get(key)?.[0] ?? '';

function unescapeQuery(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw badRequest(`invalid URL escape in ${JSON.stringify(text)}`);
  }
}

const FALSE = new Set(['false', '0']);

/** A flag as upstream reads it from a query: anything but `false` and `0` is true, a missing one is `undefined`. */
export function flag(query: Query, key: string): boolean | undefined {
  const value = query.get(key)?.[0];
  return value === undefined ? undefined : !FALSE.has(value.toLowerCase());
}

/** An integer of 64 bits; `undefined` where it is missing or empty. Throws a StatusError (400) with Go's words. */
export function integer(query: Query, key: string): number | undefined {
  const value = query.get(key)?.[0];
  if (value === undefined || value === '') return undefined;
  if (!/^[+-]?[0-9]+$/.test(value))
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
  const number = Number(value);
  if (!Number.isSafeInteger(number)) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: value out of range`);
  }
  return number;
}
