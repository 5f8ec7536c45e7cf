import { setField } from '#core/base';
import type { Headers } from '#core/apiserver';

/** HTTP/1.1: names and values in turn, as they came. */
export function headersOfList(raw: readonly string[]): Headers {
  const headers: Record<string, string> = {};
  for (let i = 0; i < raw.length; i += 2) add(headers, raw[i]!.toLowerCase(), raw[i + 1]!);
  return headers;
}

/** Repeated ones are joined. */
function add(headers: Record<string, string>, name: string, value: string): void {
  if (Object.hasOwn(headers, name)) {
    headers[name] = `${headers[name]}, ${value}`;
  } else setField(headers, name, value);
}
