export * from './backoff.ts';
export * from './http.ts';
export { byController, type Cache, type Index } from './informer/cache.ts';
export { createInformer, type Handler, type Informer } from './informer/informer.ts';
export * from './informer/informers.ts';
export * from './local.ts';
export * from './reflector.ts';
export * from './types.ts';
