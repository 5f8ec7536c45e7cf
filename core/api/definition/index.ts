export * from './built-in.ts';
export * from './definition.ts';
export * from './registry.ts';
export * from './token.ts';
export { byPreference } from './versions.ts';
