export * from './numbers.ts';
export * from './quantity.ts';
