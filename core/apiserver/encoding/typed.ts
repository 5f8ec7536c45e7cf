import type { Endpoint } from '../context.ts';
import { itemPrefix } from './json-item.ts';

const OPEN = 0x7b;
const QUOTE = 0x22;
const M = 0x6d;

/** An item of a list with its kind and apiVersion before its fields; a custom resource has them already. */
export function typedItem(endpoint: Endpoint, item: Uint8Array): readonly Uint8Array[] {
  if (item[0] === OPEN && item[1] === QUOTE && item[2] === M) return [itemPrefix(endpoint), item.subarray(1)];
  return [item];
}
