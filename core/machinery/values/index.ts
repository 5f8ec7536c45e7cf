export * from './durations.ts';
export * from './instants.ts';
