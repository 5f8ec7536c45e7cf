export { criRuntime } from './runtime.ts';
