import { addAffinitySet, addElements, addRules, deleteElements, type TableContent, type Transaction } from './table.ts';

/**
 * What turns one state of the table into another, in an order in which nothing refers to what is not there: declarations,
 * elements out, chains filled anew, elements in, and last what nobody refers to any more.
 */
export function difference(table: string, before: TableContent, after: TableContent): Transaction {
  const commands: string[] = [];
  const goneSets: string[] = [];
  for (const [name, seconds] of before.affinitySets) {
    const wanted = after.affinitySets.get(name);
    // A set's time-out cannot be changed. Its chains refer to it, so it is kept, with the old one, until they go.
    if (wanted === undefined) goneSets.push(name);
    else if (wanted !== seconds) commands.push(...retime(table, name, wanted, before));
  }
  for (const [name, seconds] of after.affinitySets) {
    if (!before.affinitySets.has(name)) commands.push(addAffinitySet(table, name, seconds));
  }
  for (const name of after.chains.keys()) if (!before.chains.has(name)) commands.push(`add chain ${table} ${name}`);

  const added: string[] = [];
  for (const name of new Set([...before.elements.keys(), ...after.elements.keys()])) {
    const [old, wanted] = [before.elements.get(name), after.elements.get(name)];
    const out: string[] = [];
    const into = new Map<string, string>();
    for (const [key, verdict] of old ?? []) if (wanted?.get(key) !== verdict) out.push(key);
    for (const [key, verdict] of wanted ?? []) if (old?.get(key) !== verdict) into.set(key, verdict);
    commands.push(...deleteElements(table, name, out));
    added.push(...addElements(table, name, into));
  }
  const gone: string[] = [];
  for (const name of before.chains.keys()) {
    if (after.chains.has(name)) continue;
    commands.push(`flush chain ${table} ${name}`);
    gone.push(name);
  }
  const retimed = new Set(
    [...after.affinitySets]
      .filter(([name, seconds]) => (before.affinitySets.get(name) ?? seconds) !== seconds)
      .map(([name]) => name),
  );
  for (const [name, rules] of after.chains) {
    const old = before.chains.get(name);
    if (old !== undefined && equal(old, rules) && !refersTo(rules, retimed)) continue;
    if (old !== undefined) commands.push(`flush chain ${table} ${name}`);
    commands.push(...addRules(table, name, rules));
  }
  commands.push(...added);
  for (const name of gone) commands.push(`delete chain ${table} ${name}`);
  for (const name of goneSets) commands.push(`delete set ${table} ${name}`);
  return { commands };
}

/** Makes an affinity set anew: the chains that refer to it are emptied for that and filled again below. */
function retime(table: string, name: string, seconds: number, before: TableContent): readonly string[] {
  const only = new Set([name]);
  const users = [...before.chains].filter(([, rules]) => refersTo(rules, only));
  return [
    ...users.map(([chain]) => `flush chain ${table} ${chain}`),
    `delete set ${table} ${name}`,
    addAffinitySet(table, name, seconds),
  ];
}

const refersTo = (rules: readonly string[], sets: ReadonlySet<string>): boolean =>
  sets.size > 0 && rules.some((rule) => [...sets].some((set) => rule.includes(`@${set} `)));

const equal = (a: readonly string[], b: readonly string[]): boolean =>
  a === b || (a.length === b.length && a.every((rule, index) => rule === b[index]));
