export * from './immutable.ts';
export * from './metadata.ts';
export * from './rules.ts';
export * from './selectors.ts';
export * from './structure.ts';
