import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { methodsOf } from './messages.ts';
import { METHODS } from './methods.ts';
import { millisecondsOf } from './wire.ts';

const method = methodsOf(readFileSync(join(import.meta.dirname, 'data/messages.json'), 'utf8'));

test('there are facts of all messages', () => {
  for (const name of METHODS.keys()) {
    const { write, read } = method(name);
    expect(write({})).toBeInstanceOf(Buffer);
    expect(read(new Uint8Array())).toBeTypeOf('object');
  }
  expect(() => method('Checkpoint')).toThrow('CRI has no method Checkpoint');
});

test('a request', () => {
  const request = { container_id: 'c1', linux: { cpu_quota: -1, oom_score_adj: 999, cpuset_cpus: '0' } };
  const linux = ['0800', '10ffffffffffffffffff01', '1800', '2000', '28e707', '320130', '3a00', '5000'].join('');
  expect(method('UpdateContainerResources').write(request).toString('hex')).toBe(
    `0a02633112${(linux.length / 2).toString(16)}${linux}`,
  );
});

test('an answer: nanoseconds are exact, what is absent has its default or is null', () => {
  // status { id: "c1", state: 1, created_at: 1764441000123456789, labels: { a: "b" } }
  const status = ['0a026331', '1801', '2095baf9fbdbb7a3be18', '62060a016112', '0162'].join('');
  const bytes = Buffer.from(`0a${(status.length / 2).toString(16)}${status}`, 'hex');
  const answer = method('ContainerStatus').read(bytes) as { status: { created_at: bigint } };
  expect(answer.status).toMatchObject({
    id: 'c1',
    state: 1,
    labels: { a: 'b' },
    exit_code: 0,
    image: null,
    mounts: null,
  });
  expect(millisecondsOf(answer.status.created_at)).toBe(1764441000123);
});
