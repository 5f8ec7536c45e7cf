import type { SpelledNumber } from '#core/base';
import { mismatch, type NormaliseFailure } from './mismatch.ts';
import type { ObjectSchema, Schema } from './model.ts';

/** A fraction, which no integer is: what is said of it is said of `1.0` too, in its own writing. */
const FRACTION = 0.5;

/** The first of the numbers that stands where an integer must be; Go reads no integer from `1.0`. */
export function spelledWrongly(schema: ObjectSchema, numbers: readonly SpelledNumber[]): NormaliseFailure | undefined {
  if (schema.structural === true) return undefined;
  for (const { path, text } of numbers) {
    const structs: ObjectSchema[] = [];
    const names: string[] = [];
    let within: Schema | undefined = schema;
    for (const step of path) {
      if (within?.type === 'list') within = within.items;
      else if (within?.type === 'map') within = within.values;
      else if (within?.type === 'object') {
        structs.push(within);
        within = within.byName.get(String(step))?.schema;
      } else within = undefined;
      if (typeof step === 'string') names.push(step);
    }
    if (within?.type !== 'int32' && within?.type !== 'int64') continue;
    const failure = mismatch(structs, names, within, FRACTION);
    failure.message = failure.message.replace(`number ${FRACTION}`, `number ${text}`);
    return failure;
  }
  return undefined;
}
