export type { ValueTools } from './check.ts';
export { embeddedProblems, isEmbedded } from './embedded.ts';
export { hasUnknown } from './unknown.ts';
export { valueProblems } from './values.ts';
