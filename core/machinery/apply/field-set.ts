import { remembered } from '#core/base';

/**
 * A set of fields in the very shape of `fieldsV1`: `{"f:spec": {"f:replicas": {}}}`. A node is a member when it has `.`
 * or no children. Nodes are shared and never changed once built. The empty root is the empty set.
 * Upstream: structured-merge-diff/fieldpath.
 */
export interface FieldSet {
  readonly [element: string]: FieldSet;
}

export type MutableFieldSet = { [element: string]: FieldSet };

/** A member without children; also the empty set, where it stands as root. */
export const LEAF: FieldSet = Object.freeze({});
export const EMPTY: FieldSet = LEAF;

const SELF = '.';

export function isEmpty(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

const isMember = (node: FieldSet): boolean => Object.hasOwn(node, SELF) || isEmpty(node);

/** The part of the set below one element; `undefined` where there is none. */
export const below = (set: FieldSet, element: string): FieldSet | undefined =>
  Object.hasOwn(set, element) ? set[element] : undefined;

export const hasMember = (set: FieldSet, element: string): boolean => {
  const node = below(set, element);
  return node !== undefined && isMember(node);
};

/**
 * Nodes being built that are known to have children: they never lose them. To ask a large object whether it is empty costs
 * as much as to list its keys, and a list of ten thousand items asks it for each.
 */
const grown = new WeakSet<FieldSet>();

function isGrown(node: FieldSet): boolean {
  if (grown.has(node)) return true;
  if (isEmpty(node)) return false;
  grown.add(node);
  return true;
}

/**
 * Adds a path to a set that is being built: all its nodes must be its own, but for `part`, which stands at the path's end
 * instead of a lone member and below which nothing is added.
 */
export function insertPath(set: MutableFieldSet, path: readonly string[], part?: FieldSet): void {
  let node = set;
  for (let depth = 0; depth < path.length; depth++) {
    const element = path[depth]!;
    const last = depth === path.length - 1;
    const child = node[element] as MutableFieldSet | undefined;
    if (child === undefined) {
      const fresh: MutableFieldSet = {};
      node[element] = last ? (part ?? fresh) : fresh;
      // A node made on the way is no member: it gets its children at once.
      if (last) return;
      node = fresh;
    } else if (last && part !== undefined) {
      node[element] = unite(child, part);
    } else {
      // A leaf that now gets children must still say that it is a member.
      if (isGrown(child) === last) child[SELF] = LEAF;
      node = child;
    }
  }
}

export function union(left: FieldSet, right: FieldSet): FieldSet {
  if (left === right || isEmpty(right)) return left;
  if (isEmpty(left)) return right;
  return unite(left, right);
}

function unite(left: FieldSet, right: FieldSet): FieldSet {
  if (left === right) return left;
  const leftLeaf = isEmpty(left);
  const rightLeaf = isEmpty(right);
  if (leftLeaf) return rightLeaf ? left : { [SELF]: LEAF, ...right };
  if (rightLeaf) return Object.hasOwn(left, SELF) ? left : { [SELF]: LEAF, ...left };
  const merged: MutableFieldSet = { ...left };
  for (const element in right) {
    const mine = left[element];
    merged[element] = mine === undefined ? right[element]! : unite(mine, right[element]!);
  }
  return merged;
}

/** The members of `left` that are no members of `right`. A member of `right` takes nothing from its descendants. */
export const difference = (left: FieldSet, right: FieldSet): FieldSet =>
  isEmpty(left) || isEmpty(right) ? left : (subtract(left, right, false, true) ?? EMPTY);

/** Like `difference`, but a member of `right` takes everything below it too. */
export const differenceWithDescendants = (left: FieldSet, right: FieldSet): FieldSet =>
  isEmpty(left) || isEmpty(right) ? left : (subtract(left, right, true, true) ?? EMPTY);

function subtract(left: FieldSet, right: FieldSet, deep: boolean, root: boolean): FieldSet | undefined {
  const member = !root && isMember(right);
  if (member && deep) return undefined;
  if (isEmpty(left)) return member ? undefined : left;
  const rest: MutableFieldSet = {};
  let children = 0;
  let changed = false;
  for (const element in left) {
    const mine = left[element]!;
    if (element === SELF) {
      if (member) changed = true;
      else rest[SELF] = mine;
      continue;
    }
    const theirs = below(right, element);
    const kept = theirs === undefined ? mine : subtract(mine, theirs, deep, false);
    if (kept !== mine) changed = true;
    if (kept === undefined) continue;
    rest[element] = kept;
    children++;
  }
  if (!changed) return left;
  if (children > 0) return rest;
  return Object.hasOwn(rest, SELF) ? LEAF : undefined;
}

/** The members of both. */
export const intersection = (left: FieldSet, right: FieldSet): FieldSet => {
  if (isEmpty(left) || isEmpty(right)) return EMPTY;
  return intersect(left, right, true) ?? EMPTY;
};

function intersect(left: FieldSet, right: FieldSet, root: boolean): FieldSet | undefined {
  const member = !root && isMember(left) && isMember(right);
  const both: MutableFieldSet = {};
  let children = 0;
  for (const element in left) {
    if (element === SELF) continue;
    const theirs = below(right, element);
    const common = theirs === undefined ? undefined : intersect(left[element]!, theirs, false);
    if (common === undefined) continue;
    both[element] = common;
    children++;
  }
  if (children === 0) return member ? LEAF : undefined;
  return member ? { [SELF]: LEAF, ...both } : both;
}

/** All members, a node's own before those below it. */
export function pathsOf(set: FieldSet): readonly (readonly string[])[] {
  const paths: (readonly string[])[] = [];
  const walk = (node: FieldSet, path: readonly string[]) => {
    const elements = sortedElements(node).filter((element) => element !== SELF);
    for (const element of elements) if (isMember(node[element]!)) paths.push([...path, element]);
    for (const element of elements) walk(node[element]!, [...path, element]);
  };
  walk(set, []);
  return paths;
}

/** The set as the API writes it: a node itself, then fields, then list items by key, by value and by index, each in order. */
export const setText = (set: FieldSet): string => textOfNode(set, recurringText);

function textOfNode(set: FieldSet, textOf: (set: FieldSet) => string): string {
  let text = '';
  for (const element of sortedElements(set)) {
    const inner = set[element]!;
    text += text === '' ? '{' : ',';
    text += labelOf(element);
    text += isEmpty(inner) ? '{}' : textOf(inner);
  }
  return text === '' ? '{}' : `${text}}`;
}

const wholeText = (set: FieldSet): string => textOfNode(set, wholeText);

/** Of what stands below an object's own fields: the fields of one `spec` come again with each object that has it. */
const recurringText = remembered(wholeText);

/** Texts of elements: those of the fields of all kinds are a few thousand. */
const labels = new Map<string, string>();
const MOST_LABELS = 5_000;

/** `"f:spec":` */
function labelOf(element: string): string {
  const known = labels.get(element);
  if (known !== undefined) return known;
  const label = `${JSON.stringify(element)}:`;
  if (labels.size < MOST_LABELS && isField(element)) labels.set(element, label);
  return label;
}

/** Sets that were read lately: objects of a kind mostly have the same few, and each update reads them again. */
const lately = new Map<string, FieldSet>();
const MOST_LATELY = 256;
/** Characters; longer texts are rare and large. */
const SHORT = 8 * 1024;

/** Reads `fieldsV1`, as text or as JSON. Elements of unknown form are dropped. Throws a SyntaxError where it is no set at all. */
export function parseSet(fields: string | object): FieldSet {
  if (typeof fields !== 'string') return cleaned(fields, true);
  const known = lately.get(fields);
  if (known !== undefined) return known;
  const set = cleaned(JSON.parse(fields), true);
  if (fields.length > SHORT) return set;
  if (lately.size >= MOST_LATELY) lately.delete(lately.keys().next().value!);
  lately.set(fields, set);
  return set;
}

function cleaned(value: unknown, root: boolean): FieldSet {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new SyntaxError('a field set is an object');
  const node = value as Readonly<Record<string, unknown>>;
  const set: MutableFieldSet = {};
  let sound = true;
  for (const element in node) {
    const known = element === SELF ? !root : /^[fkvi]:/.test(element);
    if (known) set[element] = element === SELF ? LEAF : cleaned(node[element], false);
    else sound = false;
    if (known && set[element] !== node[element]) sound = false;
  }
  return sound ? (value as FieldSet) : set;
}

/** Lists of fewer elements are sorted in place: the engine's way makes two copies. */
const FEW = 24;

/** A node's own mark comes first. */
function sortedElements(node: FieldSet): readonly string[] {
  const elements = Object.keys(node);
  if (elements.length >= FEW) return elements.sort(compareElements);
  for (let i = 1; i < elements.length; i++) {
    const element = elements[i]!;
    let at = i;
    for (; at > 0 && compareElements(elements[at - 1]!, element) > 0; at--) elements[at] = elements[at - 1]!;
    elements[at] = element;
  }
  return elements;
}

const isField = (element: string): boolean => element === SELF || element[0] === 'f';

const RANKS = 'fkvi';
/** Keys that are plain words: their texts are in the order of what they say. */
const WORDS = /^k:\{(?:"\w+":"[\w./-]*",?)+\}$/;

function compareElements(left: string, right: string): number {
  const kind = left[0]!;
  if (kind !== right[0]) return RANKS.indexOf(kind) - RANKS.indexOf(right[0]!);
  if (kind === 'f' || (kind === 'k' && WORDS.test(left) && WORDS.test(right))) return left < right ? -1 : 1;
  return compareValues(JSON.parse(left.slice(2)), JSON.parse(right.slice(2)));
}

const typeRank = (value: unknown): number => ['number', 'string', 'boolean', 'object'].indexOf(typeof value);

function compareValues(left: unknown, right: unknown): number {
  const rank = typeRank(left) - typeRank(right);
  if (rank !== 0) return rank;
  if (typeof left === 'object' && left !== null && typeof right === 'object' && right !== null) {
    return compareKeys(Object.entries(left), Object.entries(right));
  }
  return (left as number) < (right as number) ? -1 : (left as number) > (right as number) ? 1 : 0;
}

function compareKeys(left: readonly [string, unknown][], right: readonly [string, unknown][]): number {
  for (let i = 0; i < left.length && i < right.length; i++) {
    if (left[i]![0] !== right[i]![0]) return left[i]![0] < right[i]![0] ? -1 : 1;
    const order = compareValues(left[i]![1], right[i]![1]);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}
