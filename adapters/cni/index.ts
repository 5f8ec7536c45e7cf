export * from './conflist.ts';
