const RESERVED = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

const ESCAPES: Readonly<Record<string, string>> = {
  __: '__underscores__',
  '.': '__dot__',
  '-': '__dash__',
  '/': '__slash__',
};

/**
 * The name of a property as expressions write it; undefined for those that they cannot name.
 * Upstream: apiserver/pkg/cel/escaping.go.
 */
export function escapeName(name: string): string | undefined {
  if (RESERVED.has(name)) return `__${name}__`;
  if (!/^[A-Za-z_./-][\w./-]*$/.test(name)) return undefined;
  return name.replaceAll(/__|[./-]/g, (found) => ESCAPES[found]!);
}

const UNESCAPES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(ESCAPES).map(([plain, escaped]) => [escaped, plain]),
);

/** The property that a name in an expression stands for; undefined where it stands for none. */
export function unescapeName(name: string): string | undefined {
  const word = /^__([a-z]+)__$/.exec(name)?.[1];
  if (word !== undefined && RESERVED.has(word)) return word;
  const plain = name.replaceAll(/__[^_]+__/g, (found) => UNESCAPES[found] ?? '\0');
  return plain.includes('\0') ? undefined : plain;
}
