export * from './amounts.ts';
export * from './checked.ts';
export * from './conditions.ts';
export * from './references.ts';
export * from './signers.ts';
export * from './templates.ts';
export { podNameWarnings } from './names.ts';
