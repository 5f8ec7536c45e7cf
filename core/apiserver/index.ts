export * from './outbound.ts';
export * from './parts.ts';
export * from './seams.ts';
export * from './types.ts';
