import { expect, test } from 'vitest';
import { parseQuery } from '../query.ts';
import { connectOptions } from './connect-options.ts';

test.each([
  ['pods', 'attach', 'container=c&stdin=true&tty=0', { kind: 'PodAttachOptions', stdin: true, container: 'c' }],
  ['pods', 'exec', 'command=a&command=b&stdout=1', { kind: 'PodExecOptions', stdout: true, command: ['a', 'b'] }],
  ['pods', 'portforward', 'ports=80&ports=81', { kind: 'PodPortForwardOptions', ports: [80, 81] }],
  ['services', 'proxy', 'path=/x', { kind: 'ServiceProxyOptions', path: '/x' }],
  ['pods', 'log', '', undefined],
])('%s/%s?%s', (resource, subresource, query, wanted) => {
  const options = connectOptions(resource, subresource, parseQuery(query));
  expect(options).toEqual(wanted === undefined ? undefined : { apiVersion: 'v1', ...wanted });
});
