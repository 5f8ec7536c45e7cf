export { type Declared, type Sizes, sizesOf } from './declared.ts';
export { estimate } from './estimate.ts';
export { MOST, type Range } from './range.ts';
