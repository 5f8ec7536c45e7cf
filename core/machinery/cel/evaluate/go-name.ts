import { isList, isMapping, Optional, TypeValue, typeNameOf, type Value } from './values.ts';

/** A type by the name that it has in the original. */
export function goName(value: Value): string {
  if (value instanceof Optional) return '*types.Optional';
  if (isList(value)) return '*types.baseList';
  if (isMapping(value)) return '*types.baseMap';
  const name = typeNameOf(value).replace(/^google\.protobuf\.|_type$/g, '');
  return `${value instanceof TypeValue ? '*' : ''}types.${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
