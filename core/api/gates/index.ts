export * from './gates.ts';
