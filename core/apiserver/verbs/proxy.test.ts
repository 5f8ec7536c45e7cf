import { expect, test } from 'vitest';
import { lossyTextOf, pipe, utf8 } from '#core/base';
import type { Outbound, OutboundRequest, Target } from '../outbound.ts';
import { testServer } from '../test-server.ts';

const barrier = () => new Promise<void>((resolve) => void setImmediate(resolve));
const POD = '/api/v1/namespaces/a/pods/web';

/** A server with a pod behind its proxy that gives this answer. */
async function proxied(headers: Record<string, string>, body: string) {
  const seen: { target: Target; request: OutboundRequest }[] = [];
  const outbound = {
    request(target: Target, request: OutboundRequest) {
      seen.push({ target, request });
      const { readable, writable } = pipe();
      void writable.write(utf8(body));
      writable.end();
      return Promise.resolve({ status: 200, headers, body: readable, address: '10.0.0.1:80' });
    },
  } as unknown as Outbound;
  const { server, call } = await testServer({ barrier, parts: { outbound } });
  const pod = { kind: 'Pod', apiVersion: 'v1', metadata: { name: 'web' }, spec: { containers: [{ name: 'c' }] } };
  await call('POST', '/api/v1/namespaces/a/pods', pod);
  await call('PATCH', `${POD}/status`, { status: { podIP: '10.0.0.1' } }, 'application/merge-patch+json');
  return {
    seen,
    async ask(method: string, target: string, asked: Record<string, string> = {}) {
      const answer = await server.serve({
        method,
        target,
        headers: { host: 'cluster', ...asked },
        peer: { address: '127.0.0.1', certificates: [] },
        body: () => Promise.resolve(new Uint8Array()),
        signal: () => new AbortController().signal,
      });
      if (answer.body === 'upgraded') throw new Error('nobody asked for that');
      if (typeof answer.body !== 'function') return { ...answer, text: answer.body.map(lossyTextOf).join('') };
      const { readable, writable } = pipe();
      answer.body(writable);
      let text = '';
      for (let chunk = await readable.read(); chunk !== undefined; chunk = await readable.read())
        text += lossyTextOf(chunk);
      return { ...answer, text };
    },
  };
}

test.each(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'])('%s goes to the pod', async (method) => {
  const { ask, seen } = await proxied({ 'content-type': 'text/plain' }, 'hello');
  const { status } = await ask(method, `${POD}:81/proxy/some/path?q=1`);
  expect(status).toBe(200);
  expect(seen[0]).toMatchObject({
    target: { kind: 'pod', address: '10.0.0.1', port: 81 },
    request: {
      method,
      path: '/some/path?q=1',
      headers: { host: 'cluster', 'x-forwarded-uri': `${POD}:81/proxy/some/path` },
    },
  });
});

test('a root without its slash is a redirect to it, for methods that only read', async () => {
  const { ask, seen } = await proxied({}, '');
  expect(await ask('GET', `${POD}/proxy?q=1`)).toMatchObject({
    status: 301,
    headers: { location: `${POD}/proxy/?q=1` },
  });
  expect(seen).toEqual([]);
  await ask('POST', `${POD}/proxy?q=1`);
  expect(seen[0]!.request.path).toBe('/?q=1');
});

test('links of a page and redirects lead through the proxy; who reads pages gets them uncompressed', async () => {
  const html = await proxied(
    { 'content-type': 'text/html; charset=utf-8', 'access-control-allow-origin': '*', 'content-length': '99' },
    '<a href="/x">',
  );
  const page = await html.ask('GET', `${POD}/proxy/`, { accept: 'text/html,*/*', 'accept-encoding': 'gzip' });
  expect(page.text).toBe(`<a href="${POD}/proxy/x">`);
  expect(Object.keys(page.headers).sort()).toEqual(['cache-control', 'content-type']);
  expect(html.seen[0]!.request.headers['accept-encoding']).toBe('identity');
  const moved = await proxied({ location: 'http://10.0.0.1:80/y/' }, '');
  expect((await moved.ask('GET', `${POD}/proxy/y`)).headers['location']).toBe(`${POD}/proxy/y/`);
});
