import { SelectorFailure } from './parse.ts';

export interface FieldRequirement {
  /** `metadata.name`, `spec.nodeName`. */
  readonly field: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}

/** Gives a selectable field's value as text; '' where it is not set. */
export type FieldValue<T> = (object: T, field: string) => string;

export interface FieldSelector {
  readonly requirements: readonly FieldRequirement[];
  readonly everything: boolean;
  readonly text: string;
}

export const everyField: FieldSelector = { requirements: [], everything: true, text: '' };

/**
 * `metadata.name=x,spec.nodeName!=y`; `\`, `,` and `=` in values are escaped by `\`. Throws a SelectorFailure.
 * Upstream: apimachinery/pkg/fields/selector.go.
 */
export function parseFieldSelector(text: string): FieldSelector {
  const requirements: FieldRequirement[] = [];
  for (const term of terms(text).toSorted()) {
    if (term === '') continue;
    const match = /^(.*?)(!=|==|=)(.*)$/s.exec(term);
    if (match === null) throw new SelectorFailure(`invalid selector: '${text}'; can't understand '${term}'`);
    requirements.push({ field: match[1]!, operator: match[2] === '!=' ? '!=' : '=', value: unescapeValue(match[3]!) });
  }
  return fieldSelector(requirements);
}

export function fieldSelector(requirements: readonly FieldRequirement[]): FieldSelector {
  if (requirements.length === 0) return everyField;
  const text = requirements
    .map(({ field, operator, value }) => `${field}${operator}${escapeFieldValue(value)}`)
    .join(',');
  return { requirements, everything: false, text };
}

/** The selector as a predicate over objects whose fields `valueOf` reads. */
export function compileFields<T>({ requirements }: FieldSelector, valueOf: FieldValue<T>): (object: T) => boolean {
  return (object) => {
    for (const { field, operator, value } of requirements) {
      if ((valueOf(object, field) === value) !== (operator === '=')) return false;
    }
    return true;
  };
}

/** The one value that the selector demands of a field, if it does: for looking up by index. */
export const exactFieldOf = ({ requirements }: FieldSelector, field: string): string | undefined =>
  requirements.find((one) => one.field === field && one.operator === '=')?.value;

export const escapeFieldValue = (value: string): string => value.replace(/[\\,=]/g, '\\$&');

function terms(text: string): string[] {
  const list: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === ',') {
      list.push(text.slice(start, at));
      start = at + 1;
    }
  }
  list.push(text.slice(start));
  return list;
}

function unescapeValue(text: string): string {
  if (!/[\\,=]/.test(text)) return text;
  let value = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === ',' || character === '=') {
      throw new SelectorFailure(`invalid field selector: unescaped character in value: ${character.charCodeAt(0)}`);
    }
    if (character !== '\\') {
      value += character;
      continue;
    }
    const next = text[++at] ?? '';
    if (next === '' || !'\\,='.includes(next)) {
      throw new SelectorFailure(`invalid field selector: invalid escape sequence: \\${next}`);
    }
    value += next;
  }
  return value;
}
