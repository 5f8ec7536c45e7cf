import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { enter, kubeconfigText, leave } from './kubeconfig.ts';

const access = { context: 'kubernode-a', server: 'https://127.0.0.1:6443', ca: 'CA', certificate: 'CERT', key: 'KEY' };
const file = (text?: string) => {
  const path = join(mkdtempSync(join(tmpdir(), 'kubeconfig-')), 'config');
  if (text !== undefined) writeFileSync(path, text);
  return path;
};

const OTHERS = `# my clusters
apiVersion: v1
kind: Config
clusters:
  - name: work # keep
    cluster:
      server: https://example.com
users:
  - name: me
    user: {token: abc}
contexts:
  - name: work
    context: {cluster: work, user: me}
current-context: work
`;

test('a file of its own', () => {
  const config = parse(kubeconfigText(access));
  expect(config).toMatchObject({ kind: 'Config', 'current-context': 'kubernode-a' });
  expect(config.clusters).toHaveLength(1);
});

test('what was there comes back unchanged', () => {
  const path = file(OTHERS);
  const before = enter(path, access);
  expect(before).toBe('work');
  expect(parse(readFileSync(path, 'utf8'))['current-context']).toBe('kubernode-a');
  expect(readFileSync(path, 'utf8')).toContain('# my clusters');
  expect(enter(path, { ...access, server: 'https://127.0.0.1:7000' })).toBe('');
  expect(parse(readFileSync(path, 'utf8')).clusters).toHaveLength(2);
  leave(path, access.context, before);
  expect(parse(readFileSync(path, 'utf8'))).toEqual(parse(OTHERS));
  expect(readFileSync(path, 'utf8')).toContain('# keep');
});

test('another current context is not touched on leaving', () => {
  const path = file();
  enter(path, access);
  writeFileSync(path, readFileSync(path, 'utf8').replace('current-context: kubernode-a', 'current-context: mine'));
  leave(path, access.context, '');
  expect(parse(readFileSync(path, 'utf8'))).toMatchObject({ 'current-context': 'mine', clusters: [] });
});

test('a file that is no YAML is refused and left alone', () => {
  const path = file('a: [1\nb: }');
  expect(() => enter(path, access)).toThrow(/cannot be read as YAML/);
  expect(readFileSync(path, 'utf8')).toBe('a: [1\nb: }');
});
