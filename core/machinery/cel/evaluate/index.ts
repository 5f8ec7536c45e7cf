export * from './authorizer.ts';
export { valueOf } from './collections.ts';
export { type Pattern, type Tools } from './functions/index.ts';
export { type Activation, type Outcome, plan, type Program, type Unplannable } from './program.ts';
export * from './values.ts';
