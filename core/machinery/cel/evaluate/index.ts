export * from './authorizer.ts';
export { valueOf } from './collections.ts';
export { equal } from './compare.ts';
export { keyedList } from './keyed-lists.ts';
export { type Pattern, type Tools } from './functions/index.ts';
export { show } from './show.ts';
export { type Activation, type Outcome, plan, type Program, type Unplannable } from './program.ts';
export * from './values.ts';
