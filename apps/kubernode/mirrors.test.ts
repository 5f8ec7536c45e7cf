import { expect, test } from 'vitest';
import { mirrorFilesOf, mirrorOf } from './mirrors.ts';

test.each([
  ['http://172.30.0.1:5000', { registry: '_default', url: 'http://172.30.0.1:5000' }],
  ['docker.io=https://mirror.example/', { registry: 'docker.io', url: 'https://mirror.example/' }],
  ['registry.example:5000=http://[::1]:80', { registry: 'registry.example:5000', url: 'http://[::1]:80' }],
])('%s', (text, wanted) => expect(mirrorOf(text)).toEqual(wanted));

test.each(['docker.io', 'ftp://mirror', 'docker.io=', 'a/b=http://mirror', 'http://mirror/path', 'http://"x'])(
  '%s is refused',
  (text) => expect(() => mirrorOf(text)).toThrow(/neither a URL nor REGISTRY=URL/),
);

test('a file a registry', () => {
  const files = mirrorFilesOf(['http://one', 'docker.io=http://two']);
  expect([...files.keys()]).toEqual(['_default/hosts.toml', 'docker.io/hosts.toml']);
  expect(files.get('docker.io/hosts.toml')).toContain('"http://two"');
});
