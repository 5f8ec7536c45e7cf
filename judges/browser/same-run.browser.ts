import { expect, inject, test } from 'vitest';
import { rollAndLoseNode } from '#core/testing';
import type {} from './node-run.ts';

test('a cluster goes the same way in a browser as in Node, byte for byte', async () => {
  const barrier = () => new Promise<void>((resolve) => void setImmediate(resolve));
  const { text } = await rollAndLoseNode({ barrier, seed: 1 });
  const node = inject('nodeRun').split('\n');
  const here = text.split('\n');
  const different = here.findIndex((line, index) => line !== node[index]);
  expect(different === -1 ? undefined : [here[different], node[different]]).toBeUndefined();
  expect(here.length).toBe(node.length);
  expect(here.length).toBeGreaterThan(100);
});
