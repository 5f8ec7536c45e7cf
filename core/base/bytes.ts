const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/** The text's UTF-8 form. */
export const utf8 = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text);

/** The text of UTF-8 bytes; throws a TypeError where they are none. */
export const textOf = (bytes: Uint8Array): string => decoder.decode(bytes);

/** The text of bytes that should be UTF-8, with U+FFFD where they are not: for logs and messages. */
export const lossyTextOf = (bytes: Uint8Array): string => lenient.decode(bytes);

/** All chunks as one. */
export function concat(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0]!;
  let length = 0;
  for (const chunk of chunks) length += chunk.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

export function hex(bytes: Uint8Array): string {
  return bytes.toHex();
}

export const toBase64 = (bytes: Uint8Array): string => bytes.toBase64();

/** Throws a SyntaxError where the text is not base64. */
export const fromBase64 = (text: string): Uint8Array => Uint8Array.fromBase64(text);

/** URL-safe and without padding, as JSON Web Tokens have it. */
export const toBase64Url = (bytes: Uint8Array): string => bytes.toBase64({ alphabet: 'base64url', omitPadding: true });

/** Throws a SyntaxError where the text is not base64url. */
export const fromBase64Url = (text: string): Uint8Array => Uint8Array.fromBase64(text, { alphabet: 'base64url' });
