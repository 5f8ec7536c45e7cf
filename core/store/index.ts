export type { Backend, BackendView, StartState, StoredChange } from './backend.ts';
export { jsonEncoding, type Encoding } from './encoding.ts';
export type { Entries, Form, StoredEntry } from './entry.ts';
export { memoryBackend } from './memory.ts';
export { defaultWindow, type StoreParts, type WindowLimits } from './parts.ts';
export { resourceOf } from './resource.ts';
export { openStore } from './store.ts';
export * from './types.ts';
