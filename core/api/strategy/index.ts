export * from './generic.ts';
export { traits } from './traits.ts';
