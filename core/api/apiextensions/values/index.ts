export type { ValueTools } from './check.ts';
export { embeddedProblems, isEmbedded } from './embedded.ts';
export { hasUnknown } from './unknown.ts';
export { isUnchanged, type Past, pastField, pastItem } from './past.ts';
export { objectProblemsOf, valueProblems } from './values.ts';
