import type { JSONSchemaProps } from '#core/api/types';
import { isObject, type Json } from '#core/base';
import { extraOf, itemsOf } from '../structural.ts';
import { isEmbedded } from './embedded.ts';

const META_FIELDS = new Set(['apiVersion', 'kind', 'metadata']);

/**
 * Whether a value has fields that its schema does not know and does not keep. Upstream:
 * apiextensions-apiserver/pkg/apiserver/schema/pruning.
 */
export function hasUnknown(
  value: Json,
  schema: JSONSchemaProps | undefined,
  keeps: boolean = schema?.['x-kubernetes-preserve-unknown-fields'] === true,
): boolean {
  if (Array.isArray(value)) {
    const items = schema && itemsOf(schema);
    if (keeps && items === undefined) return false;
    // A list that keeps what is unknown does so for its items.
    return (value as readonly Json[]).some((item) => hasUnknown(item, items, keeps || undefined));
  }
  if (!isObject(value)) return false;
  if (schema === undefined) return Object.keys(value).length > 0;
  const { properties = {}, additionalProperties } = schema;
  const extra = extraOf(schema);
  return Object.entries(value).some(([name, part]) => {
    if (isEmbedded(schema) && META_FIELDS.has(name)) return false;
    if (Object.hasOwn(properties, name)) return hasUnknown(part, properties[name]);
    if (additionalProperties !== undefined && additionalProperties !== null) return hasUnknown(part, extra);
    return !keeps;
  });
}
