export * from './descriptions.ts';
