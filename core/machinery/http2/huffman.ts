/** Lengths in bits of the codes of all bytes, and of the end's last, which may never be sent whole. RFC 7541, appendix B. */
// oxfmt-ignore
const LENGTHS = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
  6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
  13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
  15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
  20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
  22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
  26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
  20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
  30,
];
const END = 256;

/** Decodes what is shortened by Huffman's code. */
export type Huffman = (bytes: Uint8Array, from: number, to: number) => string | undefined;

/**
 * The codes are canonical: in the order of their lengths, then of what they stand for, each is the one before plus one. What
 * comes back decodes a range to text, a character a byte; `undefined` where it is no code.
 */
export function huffman(): Huffman {
  // Two places a node, one for each bit: the next node, or the symbol as its complement; 0 for none.
  const nodes = new Int16Array(2 * 2 * LENGTHS.length);
  let used = 1;
  const place = (symbol: number, code: number, length: number) => {
    let node = 0;
    for (let bit = length - 1; bit > 0; bit--) {
      const at = node * 2 + ((code >>> bit) & 1);
      node = nodes[at] === 0 ? (nodes[at] = used++) : nodes[at]!;
    }
    nodes[node * 2 + (code & 1)] = ~symbol;
  };
  let code = 0;
  let before = 0;
  for (const { symbol, length } of LENGTHS.map((length, symbol) => ({ symbol, length })).sort(
    (a, b) => a.length - b.length || a.symbol - b.symbol,
  )) {
    code <<= length - before;
    before = length;
    place(symbol, code++, length);
  }
  return (bytes, from, to) => {
    let text = '';
    let node = 0;
    let depth = 0;
    let ones = true;
    for (let i = from; i < to; i++) {
      const byte = bytes[i]!;
      for (let bit = 7; bit >= 0; bit--) {
        const one = (byte >>> bit) & 1;
        const next = nodes[node * 2 + one]!;
        if (next > 0) {
          node = next;
          depth++;
          ones &&= one === 1;
          continue;
        }
        if (next === 0 || ~next === END) return undefined;
        text += String.fromCharCode(~next);
        node = 0;
        depth = 0;
        ones = true;
      }
    }
    // What is over are the first bits of the end, fewer than a byte.
    return depth > 7 || !ones ? undefined : text;
  };
}
