export * from './age.ts';
export * from './columns.ts';
