/** A column as `kubectl get` knows it; the API's own type of it has more. */
export interface PlainColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'boolean' | 'date';
  readonly format?: string;
  /** 0 is shown always, 1 with `-o wide`. */
  readonly priority: number;
}

const TYPES: Readonly<Record<string, PlainColumn['type']>> = { '#': 'integer', '?': 'boolean' };

/**
 * Columns from their names: a star before one shows it in wide output only, `#` after it means integers, `?` booleans,
 * `@` a name. A column called Name holds the object's name.
 */
export const columnsOf = (...names: readonly string[]): readonly PlainColumn[] =>
  names.map((text): PlainColumn => {
    const wide = text.startsWith('*');
    const mark = '#?@'.includes(text.at(-1)!) ? text.at(-1)! : '';
    const name = text.slice(wide ? 1 : 0, text.length - mark.length);
    const format = name === 'Name' || mark === '@' ? { format: 'name' } : {};
    return { name, type: TYPES[mark] ?? 'string', ...format, priority: wide ? 1 : 0 };
  });

/** At most `most` of a list, and how many more there are; `empty` where there are none. */
export function listed(list: readonly string[], most: number, empty: string, separator = ','): string {
  if (list.length === 0) return empty;
  const text = list.slice(0, most).join(separator);
  return list.length > most ? `${text} + ${list.length - most} more...` : text;
}
