/**
 * An ordered map whose past versions stay readable: a B+tree of fan-out 64 that copies the path it changes. A node that the
 * editor itself made since its last snapshot is changed in place (it carries the editor's owner token), so that a run of
 * writes that nobody looks at between costs no copies.
 *
 * Keys are ordered by UTF-16 code units. That is the order of their UTF-8 bytes too, but for a character beyond U+FFFF
 * against one in U+E000..U+FFFF, a pair that no sane name brings together.
 */
export interface Tree<V> {
  readonly size: number;
  get(key: string): V | undefined;
  /** Values in key order, from `from` (inclusive; default the first) up to, not including, `to`. */
  range(from?: string, to?: string): Iterable<V>;
  /** How many lie in that range; takes logarithmic time. */
  count(from?: string, to?: string): number;
  /** An editor that starts from this version and leaves it as it is. */
  edit(): TreeEditor<V>;
}

export interface TreeEditor<V> {
  readonly size: number;
  /** Returns the value that was there. */
  set(key: string, value: V): V | undefined;
  /** Returns the value that was there. */
  delete(key: string): V | undefined;
  /** This version, for ever. Free of cost where nothing changed since the last one. */
  snapshot(): Tree<V>;
}

const FAN_OUT = 64;
/** A node with fewer keys looks for a neighbour to join. */
const FEW = 16;
/** How full nodes are that are built from sorted items. */
const FILL = 48;

/** Its identity is all it has. */
type Owner = Record<never, never>;

/** A leaf has values, a branch has children; a branch's `keys[i]` is a lower bound of `children[i]` (`keys[0]` is not used). */
interface Node<V> {
  readonly owner: Owner;
  readonly keys: string[];
  readonly values: V[];
  readonly children: Node<V>[] | undefined;
  size: number;
}

/** What one change reports besides the node that it returns. */
interface Edit<V> {
  owner: Owner;
  replaced: V | undefined;
  /** Set when the node was split: its right half. */
  right: Node<V> | undefined;
}

export function emptyTree<V>(): Tree<V> {
  return treeOf({ owner: {}, keys: [], values: [], children: undefined, size: 0 });
}

/** A tree of items that are sorted by key already, without duplicates. */
export function treeFrom<V>(keys: readonly string[], values: readonly V[]): Tree<V> {
  const owner: Owner = {};
  let level: Node<V>[] = [];
  for (let at = 0; at < keys.length; at += FILL) {
    const part = keys.slice(at, at + FILL);
    level.push({ owner, keys: part, values: values.slice(at, at + FILL), children: undefined, size: part.length });
  }
  if (level.length === 0) return emptyTree();
  while (level.length > 1) {
    const above: Node<V>[] = [];
    for (let at = 0; at < level.length; at += FILL) above.push(branchOf(owner, level.slice(at, at + FILL)));
    level = above;
  }
  return treeOf(level[0]!);
}

function branchOf<V>(owner: Owner, children: Node<V>[]): Node<V> {
  let size = 0;
  for (const child of children) size += child.size;
  return { owner, keys: children.map(lowest), values: [], children, size };
}

const lowest = <V>(node: Node<V>): string => (node.children === undefined ? node.keys[0]! : lowest(node.children[0]!));

function treeOf<V>(root: Node<V>): Tree<V> {
  return {
    size: root.size,
    get(key) {
      let node = root;
      while (node.children !== undefined) node = node.children[childAt(node.keys, key)]!;
      const at = lowerBound(node.keys, key);
      return node.keys[at] === key ? node.values[at] : undefined;
    },
    range: (from, to) => ({ [Symbol.iterator]: () => walk(root, from, to) }),
    count(from, to) {
      const end = to === undefined ? root.size : rank(root, to);
      return Math.max(0, end - (from === undefined ? 0 : rank(root, from)));
    },
    edit: () => editorOf(root),
  };
}

function editorOf<V>(start: Node<V>): TreeEditor<V> {
  let root = start;
  let frozen: Tree<V> | undefined;
  const edit: Edit<V> = { owner: {}, replaced: undefined, right: undefined };
  return {
    get size() {
      return root.size;
    },
    set(key, value) {
      frozen = undefined;
      edit.replaced = undefined;
      edit.right = undefined;
      root = put(root, key, value, edit);
      if (edit.right !== undefined) root = branchOf(edit.owner, [root, edit.right]);
      return edit.replaced;
    },
    delete(key) {
      edit.replaced = undefined;
      const changed = remove(root, key, edit);
      if (changed === root && edit.replaced === undefined) return undefined;
      frozen = undefined;
      root = changed;
      while (root.children?.length === 1) root = root.children[0]!;
      if (root.size === 0) root = { owner: edit.owner, keys: [], values: [], children: undefined, size: 0 };
      return edit.replaced;
    },
    snapshot() {
      if (frozen === undefined) {
        frozen = treeOf(root);
        edit.owner = {};
      }
      return frozen;
    },
  };
}

/** The index of the first key that is not below `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The index of the child in which `key` lies or would lie. */
function childAt(keys: readonly string[], key: string): number {
  let low = 1;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keys[middle]! <= key) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** How many keys are below `key`. */
function rank<V>(root: Node<V>, key: string): number {
  let node = root;
  let before = 0;
  while (node.children !== undefined) {
    const at = childAt(node.keys, key);
    for (let index = 0; index < at; index++) before += node.children[index]!.size;
    node = node.children[at]!;
  }
  return before + lowerBound(node.keys, key);
}

const owned = <V>(node: Node<V>, owner: Owner): Node<V> =>
  node.owner === owner
    ? node
    : {
        owner,
        keys: node.keys.slice(),
        values: node.values.slice(),
        children: node.children?.slice(),
        size: node.size,
      };

function put<V>(node: Node<V>, key: string, value: V, edit: Edit<V>): Node<V> {
  const own = owned(node, edit.owner);
  const { keys, values, children } = own;
  if (children === undefined) {
    const at = lowerBound(keys, key);
    if (keys[at] === key) {
      edit.replaced = values[at];
      values[at] = value;
      return own;
    }
    keys.splice(at, 0, key);
    values.splice(at, 0, value);
    own.size++;
  } else {
    const at = childAt(keys, key);
    const before = children[at]!.size;
    const child = put(children[at]!, key, value, edit);
    children[at] = child;
    own.size += child.size - before;
    if (edit.right === undefined) return own;
    own.size += edit.right.size;
    keys.splice(at + 1, 0, edit.right.keys[0]!);
    children.splice(at + 1, 0, edit.right);
    edit.right = undefined;
  }
  if (keys.length > FAN_OUT) edit.right = split(own, edit.owner);
  return own;
}

/** Cuts the upper half off and returns it. */
function split<V>(node: Node<V>, owner: Owner): Node<V> {
  const half = node.keys.length >> 1;
  const keys = node.keys.splice(half);
  const values = node.values.splice(half);
  const children = node.children?.splice(half);
  let size = keys.length;
  if (children !== undefined) {
    size = 0;
    for (const child of children) size += child.size;
  }
  node.size -= size;
  return { owner, keys, values, children, size };
}

function remove<V>(node: Node<V>, key: string, edit: Edit<V>): Node<V> {
  if (node.children === undefined) {
    const at = lowerBound(node.keys, key);
    if (node.keys[at] !== key) return node;
    const own = owned(node, edit.owner);
    edit.replaced = own.values[at];
    own.keys.splice(at, 1);
    own.values.splice(at, 1);
    own.size--;
    return own;
  }
  const at = childAt(node.keys, key);
  const child = remove(node.children[at]!, key, edit);
  if (edit.replaced === undefined && child === node.children[at]) return node;
  const own = owned(node, edit.owner);
  own.children![at] = child;
  own.size--;
  if (child.size === 0) {
    own.keys.splice(at, 1);
    own.children!.splice(at, 1);
  } else if (child.keys.length < FEW) {
    if (at > 0 && fit(own, at - 1)) join(own, at - 1, edit.owner);
    else if (at + 1 < own.keys.length && fit(own, at)) join(own, at, edit.owner);
  }
  return own;
}

const fit = <V>({ children }: Node<V>, at: number): boolean =>
  children![at]!.keys.length + children![at + 1]!.keys.length <= FAN_OUT;

/** Makes one child of the children at `at` and after it. */
function join<V>(node: Node<V>, at: number, owner: Owner): void {
  const left = owned(node.children![at]!, owner);
  const right = node.children![at + 1]!;
  const seam = left.keys.length;
  left.keys.push(...right.keys);
  // A branch's first key is no bound (it is not kept up to date); the parent's separator is.
  if (right.children !== undefined) left.keys[seam] = node.keys[at + 1]!;
  left.values.push(...right.values);
  left.children?.push(...right.children!);
  left.size += right.size;
  node.children![at] = left;
  node.keys.splice(at + 1, 1);
  node.children!.splice(at + 1, 1);
}

function walk<V>(root: Node<V>, from: string | undefined, to: string | undefined): Iterator<V> {
  const above: Node<V>[] = [];
  const indexes: number[] = [];
  let leaf = root;
  const descend = (key: string | undefined) => {
    while (leaf.children !== undefined) {
      const at = key === undefined ? 0 : childAt(leaf.keys, key);
      above.push(leaf);
      indexes.push(at);
      leaf = leaf.children[at]!;
    }
  };
  /** Moves to the next leaf; false at the end. */
  const advance = (): boolean => {
    while (above.length > 0) {
      const node = above.pop()!;
      const at = indexes.pop()! + 1;
      if (at >= node.keys.length) continue;
      above.push(node);
      indexes.push(at);
      leaf = node.children![at]!;
      descend(undefined);
      return true;
    }
    return false;
  };
  descend(from);
  let at = from === undefined ? 0 : lowerBound(leaf.keys, from);
  return {
    next() {
      while (at >= leaf.keys.length) {
        if (!advance()) return { done: true, value: undefined };
        at = 0;
      }
      if (to !== undefined && leaf.keys[at]! >= to) return { done: true, value: undefined };
      return { done: false, value: leaf.values[at++]! };
    },
  };
}
