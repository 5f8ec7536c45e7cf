import type { PodTemplateSpec } from '#core/api/types/core/v1';

/** Names are made of these, so that no hash spells a word. Upstream: apimachinery/pkg/util/rand. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** The same for equal templates, whatever the order of their fields; another for another count of collisions. */
export function templateHash(template: PodTemplateSpec, collisions: number): string {
  let hash = 0x811c9dc5;
  const text = canonical(template) + (collisions === 0 ? '' : `#${collisions}`);
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  let rest = hash >>> 0;
  let name = '';
  do {
    name += ALPHABET[rest % ALPHABET.length];
    rest = Math.floor(rest / ALPHABET.length);
  } while (rest > 0);
  return name;
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null)
    return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  fields.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join(',')}}`;
}
