export * from './built-in.ts';
export * from './definition.ts';
export * from './registry.ts';
export * from './token.ts';
