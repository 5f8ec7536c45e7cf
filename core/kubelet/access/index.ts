export { attributesOf, type KubeletAttributes } from './attributes.ts';
export { guard, type GuardParts } from './guard.ts';
