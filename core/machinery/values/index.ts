export * from './durations.ts';
export * from './instants.ts';
export * from './time-problem.ts';
export { goText } from './go-text.ts';
