export * from './durations.ts';
export * from './instants.ts';
export * from './time-problem.ts';
export * from './go-text.ts';
export * from './request-uri.ts';
