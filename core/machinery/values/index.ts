export * from './durations.ts';
export * from './instants.ts';
export * from './time-problem.ts';
