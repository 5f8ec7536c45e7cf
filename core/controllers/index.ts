export * from './catalogue.ts';
export * from './definition.ts';
export * from './resources.ts';
export * from './start.ts';
