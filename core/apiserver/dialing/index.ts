export * from './dialer.ts';
export type { LocalHandler } from './local.ts';
export * from './outbound.ts';
export { directoryOf, type Directory } from './resolve.ts';
