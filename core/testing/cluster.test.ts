import { type Log, type LogFields, silentLog } from '#core/base';
import { expect, test } from 'vitest';
import { nodes } from '#core/api/tokens';
import { testCluster } from './cluster.ts';
import { rollAndLoseNode } from './scenario.ts';

const barrier = () => new Promise<void>((resolve) => void setImmediate(resolve));

test('a Deployment is rolled, a node is lost, and the same seed gives the same run', async () => {
  const first = await rollAndLoseNode({ barrier, seed: 1 });
  expect(first.happenings).toBeGreaterThan(100);
  expect(first.time).toBeGreaterThan(300_000);
  const second = await rollAndLoseNode({ barrier, seed: 1 });
  expect(second.text === first.text).toBe(true);
  const other = await rollAndLoseNode({ barrier, seed: 2 });
  expect(other.text).not.toBe(first.text);
});

test('nobody changes an object that is stored', async () => {
  const complaints: string[] = [];
  const complain = (message: string, fields?: LogFields) =>
    void complaints.push(`${message}: ${Object.values(fields ?? {}).join()}`);
  const log: Log = { ...silentLog, warn: complain, error: complain, with: () => log };
  await rollAndLoseNode({ barrier, seed: 1, freeze: true, log });
  expect(complaints.filter((one) => /read only|not extensible|assign to/.test(one))).toEqual([]);
});

test('what is stored is frozen all the way down where that is asked for', async () => {
  const cluster = await testCluster({ barrier, freeze: true });
  const node = cluster.find(nodes, { name: 'node-1' })!;
  expect(Object.isFrozen(node) && Object.isFrozen(node.status!.conditions![0])).toBe(true);
  await cluster.stop();
});

test('nothing goes on in a cluster that is stopped', async () => {
  let steps = 0;
  const counted = () => {
    steps++;
    return barrier();
  };
  const cluster = await testCluster({ barrier: counted });
  await cluster.stop();
  steps = 0;
  await cluster.advance(3_600_000);
  expect(steps).toBeLessThan(3);
});
