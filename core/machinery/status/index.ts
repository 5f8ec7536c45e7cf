export * from './problem.ts';
export * from './refusals.ts';
export * from './status.ts';
