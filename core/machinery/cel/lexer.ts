import type { Fault } from './source.ts';
import { KINDS, type Kind, type Token } from './tokens.ts';

const ESCAPE = String.raw`\\(?:[abfnrtv"'\\?\x60]|[xX][\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-3][0-7]{2})`;

/** The forms of strings, without prefix. */
const STRINGS = [
  `"(?:${ESCAPE}|[^\\\\"\\n\\r])*"`,
  `'(?:${ESCAPE}|[^\\\\'\\n\\r])*'`,
  `"""(?:${ESCAPE}|[^\\\\])*?"""`,
  `'''(?:${ESCAPE}|[^\\\\])*?'''`,
  String.raw`[rR]"[^"\n\r]*"`,
  String.raw`[rR]'[^'\n\r]*'`,
  String.raw`[rR]"""[^]*?"""`,
  String.raw`[rR]'''[^]*?'''`,
];

const DIGITS = '0123456789';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_';

/** A form of tokens, and the characters that it may begin with. */
type Form = readonly [kind: Kind, form: RegExp, first: string];

interface Lexicon {
  readonly hidden: RegExp;
  /** By what they begin with. Of several that match, the longest wins, and of equally long ones the first. */
  readonly forms: ReadonlyMap<string, readonly Form[]>;
  /** The most that can begin a string that has no end. */
  readonly brokenString: RegExp;
}

function build(): Lexicon {
  const sticky = (source: string) => new RegExp(source, 'uy');
  const forms: Form[] = [];
  const add = (kind: Kind, form: string, first: string): void => void forms.push([kind, sticky(form), first]);
  for (const kind of KINDS) if (kind.startsWith("'")) add(kind, RegExp.escape(kind.slice(1, -1)), kind[1]!);
  add('NUM_FLOAT', String.raw`\d+\.\d+(?:[eE][+\-]?\d+)?|\d+[eE][+\-]?\d+|\.\d+(?:[eE][+\-]?\d+)?`, `${DIGITS}.`);
  add('NUM_INT', String.raw`0x[\da-fA-F]+`, DIGITS);
  add('NUM_INT', String.raw`\d+`, DIGITS);
  add('NUM_UINT', String.raw`(?:0x[\da-fA-F]+|\d+)[uU]`, DIGITS);
  for (const form of STRINGS) add('STRING', form, form.startsWith('[rR]') ? 'rR' : form[0]!);
  for (const form of STRINGS) add('BYTES', `[bB]${form}`, 'bB');
  add('IDENTIFIER', String.raw`[A-Za-z_][A-Za-z\d_]*`, LETTERS);
  add('ESC_IDENTIFIER', String.raw`\x60[A-Za-z\d_.\-/ ]+\x60`, '`');
  const characters = new Set(forms.flatMap(([, , first]) => [...first]));
  return {
    hidden: sticky(String.raw`(?:[\t \r\n\f]+|//[^\n]*)`),
    forms: new Map([...characters].map((one) => [one, forms.filter(([, , first]) => first.includes(one))])),
    brokenString: sticky(
      `(?:"(?:${ESCAPE}|[^\\\\"\\n\\r])*|'(?:${ESCAPE}|[^\\\\'\\n\\r])*)` +
        String.raw`(?:\\(?:[xX][\da-fA-F]?|u[\da-fA-F]{0,3}|U[\da-fA-F]{0,7}|[0-3][0-7]?)?)?`,
    ),
  };
}

let lexicon: Lexicon | undefined;

function matchAt(form: RegExp, text: string, at: number): number {
  form.lastIndex = at;
  return form.test(text) ? form.lastIndex : at;
}

/** Where a text that begins no token is known to begin none: what is left out of the token stream. */
function endOfNoToken(text: string, at: number, { brokenString }: Lexicon): number {
  const first = text[at]!;
  let end = at;
  if (first === '"' || first === "'") end = matchAt(brokenString, text, at);
  else if (first === '`') end = matchAt(/`[A-Za-z\d_.\-/ ]*/y, text, at);
  else if ('&|='.includes(first)) end = at + 1;
  return Math.min(text.length, end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1));
}

/** The tokens of a text, the last of them its end, and what lies between them but begins no token. */
export interface Tokens {
  readonly tokens: readonly Token[];
  readonly strange: readonly { readonly start: number; readonly end: number }[];
}

/** Cuts an expression into tokens. What begins none becomes a fault. Upstream: cel-go/parser/gen/CEL.g4. */
export function tokenize(text: string, faults: Fault[]): Tokens {
  lexicon ??= build();
  const tokens: Token[] = [];
  const strange: { start: number; end: number }[] = [];
  for (let at = 0; at < text.length;) {
    const shown = matchAt(lexicon.hidden, text, at);
    if (shown > at) {
      at = shown;
      continue;
    }
    let kind: Kind | undefined;
    let end = at;
    for (const [candidate, form] of lexicon.forms.get(text[at]!) ?? []) {
      const stop = matchAt(form, text, at);
      if (stop > end) [kind, end] = [candidate, stop];
    }
    if (kind === undefined) {
      end = endOfNoToken(text, at, lexicon);
      strange.push({ start: at, end });
      faults.push({ at, message: `Syntax error: token recognition error at: '${text.slice(at, end)}'` });
    } else tokens.push({ kind, text: text.slice(at, end), start: at, end });
    at = end;
  }
  tokens.push({ kind: '<EOF>', text: '<EOF>', start: text.length, end: text.length });
  return { tokens, strange };
}
