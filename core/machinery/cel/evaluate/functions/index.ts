import { ARITHMETIC } from './arithmetic.ts';
import { CONVERSIONS } from './conversions.ts';
import type { Functions } from './function.ts';
import { FOREIGN } from './foreign.ts';
import { LISTS } from './lists.ts';
import { TEXTS } from './texts.ts';
import { TIMES } from './times.ts';

export type { Pattern, Tools } from './function.ts';

/** All functions by name. */
export const FUNCTIONS: Functions = { ...ARITHMETIC, ...CONVERSIONS, ...TEXTS, ...TIMES, ...LISTS, ...FOREIGN };
