export * from './addresses.ts';
export * from './names.ts';
