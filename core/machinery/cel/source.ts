/**
 * A fault of an expression. `at` is an offset in UTF-16 units into its text, -1 before it; undefined where no place can
 * be named.
 */
export interface Fault {
  readonly at: number | undefined;
  readonly message: string;
}

const MOST_FAULTS = 100;
const LONGEST_LINE = 16_384;

interface Place {
  readonly line: number;
  /** In code points, from 0. */
  readonly column: number;
  readonly text: string;
}

function placeOf(text: string, at: number): Place {
  if (at < 0) return { line: 1, column: -1, text: /^[^\n]*/.exec(text)![0] };
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const end = text.indexOf('\n', start);
  return {
    line: text.slice(0, start).split('\n').length,
    column: Array.from(text.slice(start, at)).length,
    text: text.slice(start, end < 0 ? undefined : end),
  };
}

const isWide = (character: string | undefined): boolean => character !== undefined && character > '\u007f';

/** The line that is meant, and below it a mark under the place; characters beyond ASCII are taken as wide. */
function pointer({ column, text }: Place): string {
  const line = text.replaceAll('\t', ' ');
  const characters = Array.from(line);
  const dots = characters.slice(0, Math.max(0, column)).map((one) => (isWide(one) ? '\uff0e' : '.'));
  return `\n | ${line}\n | ${dots.join('')}${isWide(characters[Math.max(0, column)]) ? '\uff3e' : '^'}`;
}

function display(text: string, { at, message }: Fault): string {
  if (at === undefined) return `ERROR: <input>:-1:0: ${message}`;
  if (text === '') return `ERROR: <input>:1:0: ${message}`;
  const place = placeOf(text, at);
  const shown = place.text.length > LONGEST_LINE ? '' : pointer(place);
  return `ERROR: <input>:${place.line}:${place.column + 1}: ${message}${shown}`;
}

/**
 * What clients see of an expression's faults: in the order of their places, each with its line.
 * Upstream: cel-go/common/error.go, errors.go.
 */
export function displayFaults(text: string, faults: readonly Fault[]): string {
  const first = faults.slice(0, MOST_FAULTS).toSorted((a, b) => (a.at ?? -1) - (b.at ?? -1));
  const lines = first.map((fault) => display(text, fault));
  if (faults.length > MOST_FAULTS) lines.push(`${faults.length - MOST_FAULTS} more errors were truncated`);
  return lines.join('\n');
}
