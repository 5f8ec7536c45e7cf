export * from './addresses.ts';
export * from './names.ts';
export * from './urls.ts';
