export { delegatedAccess, type GuardParts } from './guard.ts';
