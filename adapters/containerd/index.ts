export * from './config.ts';
export * from './ensure.ts';
export * from './images.ts';
export * from './installed.ts';
export * from './registries.ts';
