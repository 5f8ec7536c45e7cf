import { utf8 } from '#core/base';
import type { Cause } from '../types.ts';

/** Causes whose bytes are kept: a few users with a few verbs make nearly all writes. */
const KEPT_CAUSES = 256;

/** Gives a cause as the JSON that stands in a record. */
export function causeBytes(): (cause: Cause) => Uint8Array {
  const known = new Map<string, Uint8Array>();
  return (cause) => {
    const text = JSON.stringify(cause);
    let bytes = known.get(text);
    if (bytes === undefined) {
      if (known.size >= KEPT_CAUSES) known.delete(known.keys().next().value!);
      known.set(text, (bytes = utf8(text)));
    }
    return bytes;
  };
}
