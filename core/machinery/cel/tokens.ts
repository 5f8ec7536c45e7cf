/**
 * Kinds of tokens, in the order in which a message lists what was expected. A kind is the text that such a message
 * shows for it. Upstream: cel-go/parser/gen/CEL.g4.
 */
export const KINDS = [
  '<EOF>',
  "'=='",
  "'!='",
  "'in'",
  "'<'",
  "'<='",
  "'>='",
  "'>'",
  "'&&'",
  "'||'",
  "'['",
  "']'",
  "'{'",
  "'}'",
  "'('",
  "')'",
  "'.'",
  "','",
  "'-'",
  "'!'",
  "'?'",
  "':'",
  "'+'",
  "'*'",
  "'/'",
  "'%'",
  "'true'",
  "'false'",
  "'null'",
  'NUM_FLOAT',
  'NUM_INT',
  'NUM_UINT',
  'STRING',
  'BYTES',
  'IDENTIFIER',
  'ESC_IDENTIFIER',
] as const;

export type Kind = (typeof KINDS)[number];

export interface Token {
  readonly kind: Kind;
  readonly text: string;
  /** Offsets in UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

/** A set of kinds as a message shows it. */
export function displayKinds(kinds: ReadonlySet<Kind>): string {
  const listed = KINDS.filter((kind) => kinds.has(kind));
  return listed.length === 1 ? listed[0]! : `{${listed.join(', ')}}`;
}

/** A token, or a piece of the text, as a message shows it. */
export function displayText(text: string): string {
  return `'${text.replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}'`;
}
