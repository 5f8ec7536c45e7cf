/** Bytes that are no CBOR, or hold what an API object cannot. The message is that of the original's library. */
export class CborFailure extends Error {
  /** Said of the document as a whole (its form, the keys of its outermost map), not of something within it. */
  readonly isWhole: boolean;

  constructor(message: string, isWhole = false) {
    super(message);
    this.name = 'CborFailure';
    this.isWhole = isWhole;
  }
}

export const unacceptable = (type: string, what: string): string =>
  `cbor: data item of cbor type ${type} is not accepted by protocol: ${what}`;
