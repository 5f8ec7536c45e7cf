export * from './outbound.ts';
export * from './types.ts';
