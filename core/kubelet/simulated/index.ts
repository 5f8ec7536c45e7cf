export * from './machine.ts';
export * from './node.ts';
export * from './runtime.ts';
