import type { Json, JsonObject } from '#core/base';
import { isObject } from './places.ts';

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /\b20(2[6-9]|[3-9]\d)-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g;
/** Days that requests speak of; every other time is the server's. */
const TOLD = /^2026-0?1-0?1|^2025-12-31/;
const SERVICE_ADDRESS = /\b10\.96\.\d+\.\d+\b/g;
const ACCESS = /kube-api-access-[a-z0-9]{5}/g;
const GENERATED = /\b(gen-|ok-|Bad_|a{58})[bcdfghjklmnpqrstvwxz2456789]{5}(?![a-z0-9])/g;

const UNORDERED = new Set(['causes', 'managedFields', 'resourceRules', 'nonResourceRules']);

/** What a run of the same requests on the same server answers alike: ids, times and allocations are put away. */
export function mask(value: Json, sent: string): Json {
  return walk(value, '', sent);
}

function walk(value: Json, key: string, sent: string): Json {
  if (typeof value === 'string') return text(value, key, sent);
  if (typeof value === 'number')
    return (key === 'nodePort' || key === 'healthCheckNodePort') && value >= 30000 && !sent.includes(String(value))
      ? '<port>'
      : value;
  if (Array.isArray(value)) {
    const items = value.map((item: Json) => walk(item, key, sent));
    // Entries of one second stand in the order of their managers, others in that of their times: of chance here.
    // So do the rules of a user: the original reads bindings from a map.
    return UNORDERED.has(key) ? items.toSorted(byText) : items;
  }
  if (!isObject(value)) return value;
  const masked: Record<string, Json> = {};
  for (const [name, part] of Object.entries(value))
    Object.defineProperty(masked, name, {
      value: walk(part, name, sent),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  return masked;
}

function text(value: string, key: string, sent: string): string {
  if (key === 'resourceVersion' && /^\d+$/.test(value) && !sent.includes(`"resourceVersion":"${value}"`))
    return '<version>';
  if (key === 'token' && value.startsWith('ey')) return '<token>';
  if (value.length < 8) return value;
  return value
    .replace(UUID, (id) => (sent.includes(id) ? id : '<uid>'))
    .replace(TIME, (time) => (TOLD.test(time) || sent.includes(time) ? time : '<time>'))
    .replace(SERVICE_ADDRESS, (address) => (sent.includes(address) ? address : '<address>'))
    .replace(ACCESS, 'kube-api-access-<suffix>')
    .replace(GENERATED, '$1<suffix>');
}

/** What stands in an order of chance, sorted. */
export function inOrder(value: Json, key = ''): Json {
  if (Array.isArray(value)) {
    const items = value.map((item: Json) => inOrder(item, key));
    return UNORDERED.has(key) ? items.toSorted(byText) : items;
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, inOrder(part, name)]));
}

const byText = (a: Json, b: Json): number => {
  const [x, y] = [JSON.stringify(a), JSON.stringify(b)];
  return x < y ? -1 : x > y ? 1 : 0;
};

/** The version of an answered object, for requests that must name it. */
export const versionOf = (answer: Json): string | undefined => {
  const metadata = isObject(answer) ? (answer as JsonObject)['metadata'] : undefined;
  const version = isObject(metadata) ? metadata['resourceVersion'] : undefined;
  return typeof version === 'string' && version !== '' ? version : undefined;
};
