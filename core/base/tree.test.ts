import { expect, test } from 'vitest';
import { below, emptyTree, seededRandom, treeFrom, type Tree } from '#core/base';

const keysOf = (tree: Tree<string>, from?: string, to?: string) => [...tree.range(from, to)];
const name = (index: number) => `k${String(index).padStart(5, '0')}`;

test.each([1, 2, 3, 4])('agrees with a sorted map, and so do all its past versions (seed %i)', (seed) => {
  const random = seededRandom(seed);
  const model = new Map<string, string>();
  const editor = emptyTree<string>().edit();
  const past: { tree: Tree<string>; sorted: string[] }[] = [];
  const sorted = () => [...model.keys()].sort();
  for (let step = 0; step < 12_000; step++) {
    const key = name(below(random, 3000));
    // Growing first, then shrinking, so that nodes split and join.
    if (random.next() < (step < 6000 ? 0.75 : 0.25)) {
      expect(editor.set(key, key)).toBe(model.get(key));
      model.set(key, key);
    } else {
      expect(editor.delete(key)).toBe(model.get(key));
      model.delete(key);
    }
    if (step % 1500 === 0) past.push({ tree: editor.snapshot(), sorted: sorted() });
  }
  past.push({ tree: editor.snapshot(), sorted: sorted() });
  for (const { tree, sorted: all } of past) {
    expect(tree.size).toBe(all.length);
    expect(keysOf(tree)).toEqual(all);
    for (let probe = 0; probe < 20; probe++) {
      const [from, to] = [name(below(random, 3100)), name(below(random, 3100))];
      const within = all.filter((key) => key >= from && key < to);
      expect(keysOf(tree, from, to)).toEqual(within);
      expect(tree.count(from, to)).toBe(within.length);
      expect(tree.count(from)).toBe(all.filter((key) => key >= from).length);
      expect(tree.get(from)).toBe(all.includes(from) ? from : undefined);
    }
  }
});

test.each([0, 1, 47, 48, 49, 5000])('is built from %i sorted items and can be edited after', (count) => {
  const keys = Array.from({ length: count }, (_, index) => name(index * 2));
  const tree = treeFrom(keys, keys);
  expect(keysOf(tree)).toEqual(keys);
  const editor = tree.edit();
  editor.set(name(1), name(1));
  for (const key of keys) editor.delete(key);
  expect(keysOf(editor.snapshot())).toEqual([name(1)]);
  expect(keysOf(tree)).toEqual(keys);
});

test('a snapshot of an unchanged editor is the same snapshot', () => {
  const editor = emptyTree<string>().edit();
  editor.set('a', 'a');
  expect(editor.snapshot()).toBe(editor.snapshot());
});
