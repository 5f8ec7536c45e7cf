export * from './facts.ts';
export { byKeyBytes, withSortedKeys } from './key-order.ts';
export { cborKind, NormaliseFailure } from './mismatch.ts';
export * from './model.ts';
export * from './normalise.ts';
export { filled } from './filled.ts';
export { pruned } from './pruned.ts';
export * from './zero.ts';
export { spelledWrongly } from './spelled.ts';
