import { expect, test } from 'vitest';
import type { AnyObject, KubeList, KubeObject } from '#core/machinery/object';
import { testServer } from './test-server.ts';

const barrier = () => new Promise<void>((resolve) => void setImmediate(resolve));
const CONFIGS = '/api/v1/namespaces/a/configmaps';
const config = (name: string, more: object = {}) => ({
  kind: 'ConfigMap',
  apiVersion: 'v1',
  metadata: { name },
  ...more,
});
const dataOf = (object: KubeObject) => (object as unknown as { data: object }).data;

test('a create sets what the server sets, and the object is what a get gives', async () => {
  const { call } = await testServer({ barrier });
  const created = await call('POST', CONFIGS, config('x', { data: { b: '2', a: '1' } }));
  expect(created.metadata).toMatchObject({ name: 'x', namespace: 'a', creationTimestamp: '2026-01-01T00:00:00Z' });
  expect(created.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
  expect(Object.keys(dataOf(created))).toEqual(['a', 'b']);
  expect(created.metadata.managedFields).toMatchObject([{ manager: 'test', operation: 'Update', apiVersion: 'v1' }]);
  expect(await call('GET', `${CONFIGS}/x`)).toBe(created);
});

test('generated names are tried again until one is free', async () => {
  const { call } = await testServer({ barrier });
  const names = new Set<string>();
  for (let i = 0; i < 50; i++) {
    const { metadata } = await call('POST', CONFIGS, { metadata: { generateName: 'x-' } });
    names.add(metadata.name!);
  }
  expect(names.size).toBe(50);
  for (const name of names) expect(name).toMatch(/^x-[b-z2-9]{5}$/);
});

test('what changes nothing writes nothing', async () => {
  const { call, store } = await testServer({ barrier });
  const created = await call('POST', CONFIGS, config('x', { data: { a: '1' } }));
  const before = store.revision;
  expect(await call('PUT', `${CONFIGS}/x`, created)).toBe(created);
  expect(await call('PATCH', `${CONFIGS}/x`, { data: { a: '1' } }, 'application/merge-patch+json')).toBe(created);
  expect(store.revision).toBe(before);
});

test('unchanged parts of an update are shared with what was stored', async () => {
  const { call } = await testServer({ barrier });
  const created = await call('POST', CONFIGS, config('x', { data: { a: '1' }, binaryData: { b: 'AA==' } }));
  const updated = await call('PATCH', `${CONFIGS}/x`, { data: { a: '2' } }, 'application/merge-patch+json');
  const { binaryData } = created as unknown as { binaryData: object };
  expect((updated as unknown as { binaryData: object }).binaryData).toBe(binaryData);
});

test('a dry run writes nothing and says what it would', async () => {
  const { call, store, outcome } = await testServer({ barrier });
  const before = store.revision;
  expect((await call('POST', `${CONFIGS}?dryRun=All`, config('x'))).metadata.resourceVersion).toBeUndefined();
  expect(store.revision).toBe(before);
  await call('POST', CONFIGS, config('x', { data: { a: '1' } }));
  const after = store.revision;
  const patched = await call('PATCH', `${CONFIGS}/x?dryRun=All`, { data: { a: '2' } }, 'application/merge-patch+json');
  expect(dataOf(patched)).toEqual({ a: '2' });
  expect(await outcome('DELETE', `${CONFIGS}/x?dryRun=All`)).toBe('Status');
  expect(store.revision).toBe(after);
});

test.each([
  ['POST', CONFIGS, config('x'), /^AlreadyExists: configmaps "x" already exists/],
  [
    'POST',
    CONFIGS,
    config('y', { metadata: { name: 'y', namespace: 'b' } }),
    /^BadRequest: the namespace of the provided object/,
  ],
  ['POST', CONFIGS, config('y', { metadata: {} }), /^Invalid: .*name or generateName is required/],
  [
    'POST',
    `${CONFIGS}?fieldValidation=Strict`,
    config('y', { foo: 1 }),
    /^BadRequest: .*strict decoding error: unknown field "foo"/,
  ],
  [
    'POST',
    CONFIGS,
    { kind: 'Pod', apiVersion: 'v1' },
    /^BadRequest: Pod in version "v1" cannot be handled as a ConfigMap/,
  ],
  [
    'POST',
    CONFIGS,
    config('y', { data: { a: 1 } }),
    /^BadRequest: .*cannot unmarshal number into Go struct field ConfigMap.data/,
  ],
  ['PUT', `${CONFIGS}/x`, config('z'), /^BadRequest: the name of the object \(z\) does not match/],
  [
    'PUT',
    `${CONFIGS}/x`,
    config('x', { metadata: { name: 'x', resourceVersion: '1' } }),
    /^Conflict: .*has been modified/,
  ],
  ['PUT', `${CONFIGS}/x`, config('x', { metadata: { name: 'x', uid: 'other' } }), /^Conflict: .*UID in precondition/],
  ['PUT', `${CONFIGS}/y`, config('y'), /^NotFound/],
  ['GET', `${CONFIGS}/y`, undefined, /^NotFound: configmaps "y" not found/],
  ['GET', '/api/v1/foos', undefined, /^NotFound: the server could not find/],
  ['PUT', CONFIGS, config('x'), /^MethodNotAllowed/],
  ['POST', '/api/v1/configmaps', config('y'), /^MethodNotAllowed/],
  ['GET', '/api/v1/configmaps/x', undefined, /^NotFound: the server could not find/],
  ['DELETE', `${CONFIGS}/x`, { preconditions: { uid: 'other' } }, /^Conflict: .*UID in the precondition/],
  ['DELETE', `${CONFIGS}/x?propagationPolicy=Foo`, undefined, /^Invalid: .*Unsupported value: "Foo"/],
  ['GET', `${CONFIGS}?fieldSelector=foo=b`, undefined, /^BadRequest: "foo" is not a known field selector/],
  ['GET', `${CONFIGS}?limit=x`, undefined, /^BadRequest: strconv.ParseInt/],
])('%s %s is refused', async (method, target, object, wants) => {
  const { call, outcome } = await testServer({ barrier });
  await call('POST', CONFIGS, config('x'));
  expect(await outcome(method, target, object)).toMatch(wants);
});

test('unknown fields are warned of', async () => {
  const { server } = await testServer({ barrier });
  const { warnings } = await server.call({
    user: { name: 'x', groups: [] },
    method: 'POST',
    target: CONFIGS,
    object: config('x', { foo: 1 }),
    userAgent: 'test/1',
  });
  expect(warnings).toEqual(['unknown field "foo"']);
});

test('patches of a stale object start again; concurrent ones all arrive', async () => {
  const { call } = await testServer({ barrier });
  await call('POST', CONFIGS, config('x', { data: {} }));
  await Promise.all(
    Array.from({ length: 6 }, (_, i) =>
      call('PATCH', `${CONFIGS}/x`, { data: { [`k${i}`]: '1' } }, 'application/merge-patch+json'),
    ),
  );
  expect(Object.keys(dataOf(await call('GET', `${CONFIGS}/x`)))).toHaveLength(6);
});

test('apply creates, owns, conflicts and yields to force', async () => {
  const { call, outcome } = await testServer({ barrier });
  const apply = 'application/apply-patch+yaml';
  await call('PATCH', `${CONFIGS}/x?fieldManager=one`, config('x', { data: { a: '1' } }), apply);
  expect(await outcome('PATCH', `${CONFIGS}/x?fieldManager=two`, config('x', { data: { a: '2' } }), apply)).toBe(
    'Conflict: Apply failed with 1 conflict: conflict with "one": .data.a',
  );
  const forced = await call(
    'PATCH',
    `${CONFIGS}/x?fieldManager=two&force=true`,
    config('x', { data: { a: '2' } }),
    apply,
  );
  expect(dataOf(forced)).toEqual({ a: '2' });
  expect(await outcome('PATCH', `${CONFIGS}/x`, config('x'), apply)).toMatch(
    /^Invalid: .*fieldManager: Required value/,
  );
});

test('the last finalizer to go takes the object along', async () => {
  const { call, outcome } = await testServer({ barrier });
  await call('POST', CONFIGS, config('x', { metadata: { name: 'x', finalizers: ['a/b'] } }));
  const marked = await call('DELETE', `${CONFIGS}/x`);
  expect(marked.metadata).toMatchObject({ deletionTimestamp: '2026-01-01T00:00:00Z', deletionGracePeriodSeconds: 0 });
  await call('PATCH', `${CONFIGS}/x`, { metadata: { finalizers: null } }, 'application/merge-patch+json');
  expect(await outcome('GET', `${CONFIGS}/x`)).toMatch(/^NotFound/);
});

test('updates make what may be made by them, and need a version where they must have one', async () => {
  const { call, outcome } = await testServer({ barrier });
  const target = '/apis/coordination.k8s.io/v1/namespaces/a/leases/l';
  const lease = { kind: 'Lease', apiVersion: 'coordination.k8s.io/v1', metadata: { name: 'l' } };
  const made = await call('PUT', target, lease);
  expect(await outcome('PUT', target, lease)).toMatch(/^Invalid: .*must be specified for an update/);
  expect(await outcome('PUT', target, { ...made, spec: { holderIdentity: 'me' } })).toBe('Lease');
});

test('pages of a list are of one moment, and go on after it is forgotten', async () => {
  const { call, store } = await testServer({ barrier });
  for (const name of ['a', 'b', 'c', 'd', 'e']) await call('POST', CONFIGS, config(name));
  const page = async (query: string) => (await call('GET', `${CONFIGS}?${query}`)) as unknown as KubeList;
  const names = ({ items }: KubeList) => items.map(({ metadata }) => metadata.name).join('');
  const first = await page('limit=2');
  expect([names(first), first.metadata.remainingItemCount]).toEqual(['ab', 3]);
  await call('DELETE', `${CONFIGS}/c`);
  await call('POST', CONFIGS, config('f'));
  const next = await page(`limit=2&continue=${first.metadata.continue!}`);
  expect([names(next), next.metadata.resourceVersion]).toEqual(['cd', first.metadata.resourceVersion]);
  const last = await page(`limit=2&continue=${next.metadata.continue!}`);
  expect([names(last), last.metadata.continue]).toEqual(['e', undefined]);

  await store.compact(store.revision);
  const stale = await page(`limit=2&continue=${first.metadata.continue!}`).catch((failure: unknown) => failure);
  const { code, metadata } = (stale as { status: { code: number; metadata: { continue: string } } }).status;
  expect(code).toBe(410);
  expect(names(await page(`continue=${metadata.continue}`))).toBe('def');
});

test('lists select by labels, fields and revision', async () => {
  const { call, outcome } = await testServer({ barrier });
  const make = (name: string, labels: object) => call('POST', CONFIGS, config(name, { metadata: { name, labels } }));
  const one = await make('a', { x: '1' });
  await make('b', { x: '2' });
  const names = async (query: string) =>
    ((await call('GET', `${CONFIGS}?${query}`)) as unknown as KubeList).items
      .map(({ metadata }) => metadata.name)
      .join('');
  expect(await names('labelSelector=x%3D2')).toBe('b');
  expect(await names('fieldSelector=metadata.name!%3Da')).toBe('b');
  expect(await names('fieldSelector=metadata.name%3Da')).toBe('a');
  expect(await names(`resourceVersion=${one.metadata.resourceVersion!}&resourceVersionMatch=Exact`)).toBe('a');
  expect(await names(`resourceVersion=${one.metadata.resourceVersion!}&resourceVersionMatch=NotOlderThan`)).toBe('ab');
  expect(await outcome('GET', `${CONFIGS}?resourceVersionMatch=Exact`)).toMatch(/^Invalid/);
});

test('a revision that never comes is waited for three seconds', async () => {
  const { outcome, turns } = await testServer({ barrier });
  const waiting = outcome('GET', `${CONFIGS}?resourceVersion=99999`);
  await turns.advance(3_100);
  expect(await waiting).toMatch(/^Timeout: Timeout: Too large resource version: 99999, current: /);
});

test('deletecollection deletes what is selected, pods gracefully', async () => {
  const { call } = await testServer({ barrier });
  for (const name of ['a', 'b', 'c'])
    await call('POST', CONFIGS, config(name, { metadata: { name, labels: { name } } }));
  await call('DELETE', `${CONFIGS}?labelSelector=name%20in%20(a,b)`);
  expect(((await call('GET', CONFIGS)) as unknown as KubeList).items.map(({ metadata }) => metadata.name)).toEqual([
    'c',
  ]);
  const pods = '/api/v1/namespaces/a/pods';
  await call('POST', pods, { metadata: { name: 'p' }, spec: { containers: [] } });
  await call('DELETE', pods);
  expect((await call('GET', `${pods}/p`)).metadata.deletionGracePeriodSeconds).toBe(30);
});

test('a binding gives a pod its node, once', async () => {
  const { call, outcome } = await testServer({ barrier });
  const pods = '/api/v1/namespaces/a/pods';
  await call('POST', pods, { metadata: { name: 'p' }, spec: { containers: [] } });
  const binding = { kind: 'Binding', apiVersion: 'v1', metadata: { name: 'p' }, target: { kind: 'Node', name: 'n' } };
  expect(await outcome('POST', `${pods}/p/binding`, binding)).toBe('Status');
  const pod = (await call('GET', `${pods}/p`)) as AnyObject;
  expect(pod['spec']).toMatchObject({ nodeName: 'n' });
  expect(pod['status']).toMatchObject({ conditions: [{ type: 'PodScheduled', status: 'True' }] });
  expect(await outcome('POST', `${pods}/p/binding`, binding)).toMatch(/^Conflict: .*already assigned to node "n"/);
});

test('an eviction spends a disruption budget', async () => {
  const { call, outcome } = await testServer({ barrier });
  const pods = '/api/v1/namespaces/a/pods';
  const budgets = '/apis/policy/v1/namespaces/a/poddisruptionbudgets';
  for (const name of ['p', 'q']) {
    await call('POST', pods, {
      metadata: { name, labels: { app: 'x' } },
      spec: { containers: [] },
      status: { phase: 'Running' },
    });
  }
  await call('POST', budgets, {
    metadata: { name: 'b' },
    spec: { selector: { matchLabels: { app: 'x' } } },
    status: { disruptionsAllowed: 1 },
  });
  const evict = (name: string) =>
    outcome('POST', `${pods}/${name}/eviction`, { kind: 'Eviction', apiVersion: 'policy/v1', metadata: { name } });
  expect(await evict('p')).toBe('Status');
  expect(await evict('q')).toMatch(/^TooManyRequests: Cannot evict pod/);
  expect((await call('GET', `${budgets}/b`)) as AnyObject).toMatchObject({
    status: { disruptionsAllowed: 0, disruptedPods: { p: '2026-01-01T00:00:00Z' } },
  });
});

test.each([
  ['/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', 'Table', 406],
  [CONFIGS, 'Table', 201],
])('a create at %s shown as a %s is %i: a review is an answer, not an object', async (target, kind, wants) => {
  const { server } = await testServer({ barrier });
  const answer = await server.serve({
    method: 'POST',
    target,
    headers: { accept: `application/json;as=${kind};v=v1;g=meta.k8s.io`, 'content-type': 'application/json' },
    peer: { address: '127.0.0.1', certificates: [] },
    body: () => Promise.resolve(new TextEncoder().encode(JSON.stringify({ metadata: { name: 'x' } }))),
    signal: () => new AbortController().signal,
  });
  expect(answer.status).toBe(wants);
});
