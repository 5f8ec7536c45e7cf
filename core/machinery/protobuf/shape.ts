import type { Field, Schema } from '#core/machinery/schema';

/** The fields of a message in order of their numbers; what Go embeds is a message of its own. */
export type Nested =
  | { readonly tag: number; readonly field: Field }
  | { readonly tag: number; readonly fields: readonly Nested[] };

export function nest(fields: readonly Field[], level = 0): readonly Nested[] {
  const nested: Nested[] = [];
  const groups = new Map<number, Field[]>();
  for (const field of fields) {
    const outer = field.within?.[level];
    if (outer !== undefined) {
      const group = groups.get(outer) ?? [];
      group.push(field);
      groups.set(outer, group);
    } else if (field.tag !== undefined) nested.push({ tag: field.tag, field });
  }
  for (const [tag, inner] of groups) nested.push({ tag, fields: nest(inner, level + 1) });
  return nested.sort((left, right) => left.tag - right.tag);
}

export const keyOf = (tag: number, wire: number): number => tag * 8 + wire;

/** 0 varint, 1 eight bytes, 2 with a length. */
export function wireOf(schema: Schema): number {
  switch (schema.type) {
    case 'boolean':
    case 'int32':
    case 'int64':
      return 0;
    case 'float64':
      return 1;
    default:
      return 2;
  }
}
