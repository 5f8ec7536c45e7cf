/** Commands that must take effect together or not at all. */
export interface Transaction {
  readonly commands: readonly string[];
}

/** A set's or map's elements: key → verdict, '' in a set. */
export type Elements = ReadonlyMap<string, string>;

/** What of a table of nft changes with the API's objects. Names and keys are those of nft. */
export interface TableContent {
  readonly chains: ReadonlyMap<string, readonly string[]>;
  /** Sets that the kernel fills itself, with the seconds that an element stays. */
  readonly affinitySets: ReadonlyMap<string, number>;
  /** By the set's or map's name. The sets themselves are always there. */
  readonly elements: ReadonlyMap<string, Elements>;
}

// `table` is a family and a name: `ip kube-proxy`.

export const addAffinitySet = (table: string, name: string, seconds: number): string =>
  `add set ${table} ${name} { type ipv4_addr ; flags dynamic,timeout ; timeout ${seconds}s ; }`;

export const addRules = (table: string, chain: string, rules: readonly string[]): readonly string[] =>
  rules.map((rule) => `add rule ${table} ${chain} ${rule}`);

export function addElements(table: string, name: string, elements: Elements): readonly string[] {
  if (elements.size === 0) return [];
  const list = Array.from(elements, ([key, verdict]) => (verdict === '' ? key : `${key} : ${verdict}`));
  return [`add element ${table} ${name} { ${list.join(', ')} }`];
}

export const deleteElements = (table: string, name: string, keys: readonly string[]): readonly string[] =>
  keys.length === 0 ? [] : [`delete element ${table} ${name} { ${keys.join(', ')} }`];
