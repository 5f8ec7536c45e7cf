export * from './outbound.ts';
export * from './seams.ts';
export * from './types.ts';
