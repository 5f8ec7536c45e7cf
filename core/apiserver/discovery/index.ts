export * from './documents.ts';
export * from './mounts.ts';
