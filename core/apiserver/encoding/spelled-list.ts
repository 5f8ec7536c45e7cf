import { concat, encodeJson, type Json, parseJson, utf8 } from '#core/base';
import type { JsonList } from './lists.ts';
import { type EncoderParts, spelled } from './parts-of-answer.ts';

/** Items joined into one piece of a body; YAML takes a millisecond and more for each. */
const ITEMS_A_PIECE = { json: 16, yaml: 1 } as const;

/**
 * A list as people read it, in pieces: indented JSON or YAML, the very text that is made of the whole list at once. Its frame
 * is written around no items, and each item by itself, as deep as it lies.
 */
export function* spelledPieces(
  parts: EncoderParts,
  { head, field, entries, form, empty, tail }: JsonList,
  format: 'json' | 'yaml',
): Generator<readonly Uint8Array[]> {
  const of = (value: Json) => spelled(parts, format, value);
  const items = entries.length === 0 && empty === 'null' ? null : [];
  const frame = of(parseJson(encodeJson({ ...head, [field]: items, ...tail })).value);
  if (entries.length === 0) {
    yield [utf8(frame)];
    return;
  }
  const { none, open, between, close, item } = FORMS[format];
  const hole = none(field);
  const at = frame.indexOf(hole);
  yield [utf8(frame.slice(0, at) + open(field))];
  let text = '';
  for (const [i, entry] of entries.entries()) {
    const pieces: Uint8Array[] = [];
    form.write(entry, pieces, false);
    text += (i === 0 ? '' : between) + item(of, parseJson(concat(pieces)).value);
    if (i % ITEMS_A_PIECE[format] < ITEMS_A_PIECE[format] - 1) continue;
    yield [utf8(text)];
    text = '';
  }
  yield [utf8(text + close + frame.slice(at + hole.length))];
}

interface SpelledForm {
  /** What stands in the frame where there are no items; nothing else of the frame begins a line at that depth. */
  none(field: string): string;
  /** What stands in place of it before the items, between two of them, and behind. */
  open(field: string): string;
  readonly between: string;
  readonly close: string;
  item(of: (value: Json) => string, value: Json): string;
}

const FORMS: Readonly<Record<'json' | 'yaml', SpelledForm>> = {
  json: {
    none: (field) => `\n  "${field}": []`,
    open: (field) => `\n  "${field}": [`,
    between: ',',
    close: '\n  ]',
    // In JSON no text goes over lines.
    item: (of, value) => `\n${of(value)}`.replaceAll('\n', '\n    '),
  },
  yaml: {
    none: (field) => `\n${field}: []\n`,
    open: (field) => `\n${field}:\n`,
    between: '',
    close: '',
    // Empty lines of texts stay empty.
    item: (of, value) => of([value]).replace(/(^|\n)(?=[^\n])/g, '$1  '),
  },
};
