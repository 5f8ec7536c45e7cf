import { isObject, type Json } from '#core/base';
import { goText } from '#core/machinery/values';
import { isList } from './values.ts';

/** A value as messages of the original's merge library show it: `&{text}`, `&{map[a:1]}`. */
export const goValue = (value: Json): string => `&{${goText(value)}}`;

/** The same value with its types: `&value.valueUnstructured{Value:1}`. */
export const goSyntax = (value: Json): string => `&value.valueUnstructured{Value:${typed(value)}}`;

function typed(value: Json): string {
  if (value === null) return 'interface {}(nil)';
  if (typeof value === 'string') return JSON.stringify(value);
  if (isList(value)) return `[]interface {}{${value.map(typed).join(', ')}}`;
  if (!isObject(value)) return String(value);
  const keys = Object.keys(value).toSorted();
  return `map[string]interface {}{${keys.map((key) => `${JSON.stringify(key)}:${typed(value[key]!)}`).join(', ')}}`;
}

/** The Go type that holds it. */
export function goType(value: Json): string {
  if (isList(value)) return '[]interface {}';
  if (isObject(value)) return 'map[string]interface {}';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'number' && !Number.isInteger(value)
    ? 'float64'
    : typeof value === 'string'
      ? 'string'
      : 'int64';
}
