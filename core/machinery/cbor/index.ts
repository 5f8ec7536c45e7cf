export { CborFailure } from './failure.ts';
export { type CborDocument, decodeCbor, decodeCborSequence } from './decode.ts';
export { arrayHead, encodeCbor, mapHead, SELF_DESCRIBED } from './encode.ts';
