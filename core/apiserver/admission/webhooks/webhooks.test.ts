import { beforeEach, expect, test } from 'vitest';
import { type Json, pipe, textOf, toBase64, utf8 } from '#core/base';
import { builtInDefinitions, registryOf } from '#core/api/definition';
import type { AdmissionAttributes, Attributes, Outbound, OutboundRequest, Target } from '#core/apiserver';
import { storedIn } from '#core/apiserver/auth';
import type { KubeObject } from '#core/machinery/object';
import { testStore } from '../../auth/fixture.ts';
import { mutatingWebhooks, validatingWebhooks } from './plugins.ts';

const barrier = () => new Promise<void>((resolve) => void setImmediate(resolve));
const registry = registryOf(builtInDefinitions());
const GROUP = 'admissionregistration.k8s.io';

interface Asked {
  readonly target: Target;
  readonly path: string;
  readonly request: Record<string, Json> & { object: KubeObject; uid: string };
}
type Reply = (asked: Asked) => object | Promise<object>;

let here: Awaited<ReturnType<typeof world>>;
beforeEach(async () => {
  here = await world();
});

async function world() {
  const { turns, store, put } = await testStore(barrier);
  const asked: Asked[] = [];
  let reply: Reply = () => ({ allowed: true });
  const outbound = {
    async request(target: Target, { path, body }: OutboundRequest) {
      const review = JSON.parse(textOf(body!)) as { apiVersion: string; kind: string; request: Asked['request'] };
      asked.push({ target, path, request: review.request });
      const answer = await reply(asked.at(-1)!);
      const { readable, writable } = pipe();
      writable.write(
        utf8(
          JSON.stringify({
            apiVersion: review.apiVersion,
            kind: review.kind,
            response: { uid: review.request.uid, ...answer },
          }),
        ),
      );
      writable.end();
      return { status: 200, headers: {}, body: readable };
    },
  } as unknown as Outbound;
  let count = 0;
  const parts = {
    store,
    stored: storedIn(store),
    outbound,
    turns,
    uuid: () => `uid-${++count}`,
    defaults: <T>(object: T) => object,
    authorizer: {
      decide: ({ user, verb }: Attributes) => ({ allowed: user.name === 'joe' && verb === 'get', reason: '' }),
    },
    expressions: { pattern: (text: string) => ({ test: (one: string) => one.includes(text), find: () => [] }) },
  };
  const [mutating, validating] = [mutatingWebhooks(parts), validatingWebhooks(parts)];
  await put('', 'namespaces', { metadata: { name: 'a', labels: { team: 'x' } } });
  const configure = (kind: 'mutating' | 'validating', ...hooks: object[]) =>
    put(GROUP, `${kind}webhookconfigurations`, {
      metadata: { name: 'c' },
      webhooks: hooks.map((hook, i) => ({
        name: `h${i}.example.com`,
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        failurePolicy: 'Fail',
        matchPolicy: 'Equivalent',
        clientConfig: { service: { namespace: 'hooks', name: 'web', path: '/check' } },
        rules: [{ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*'] }],
        ...hook,
      })),
    });
  const warnings: string[] = [];
  const run = async (object: object | undefined, more: Partial<AdmissionAttributes> = {}, resource = '/configmaps') => {
    const [group = '', name = ''] = resource.split('/');
    const definition = registry.resource(group, name)!;
    const metadata = (object as KubeObject | undefined)?.metadata;
    const attributes: AdmissionAttributes = {
      definition,
      version: 'v1',
      subresource: '',
      operation: 'CREATE',
      namespace: metadata?.namespace ?? '',
      name: metadata?.name ?? '',
      object: object as KubeObject,
      old: undefined,
      user: { name: 'joe', groups: ['devs'] },
      dryRun: false,
      options: { kind: 'CreateOptions' },
      warn: (text) => void warnings.push(text),
      ...more,
    };
    const admitted = mutating.handles('CREATE', definition, '') ? await mutating.admit!(attributes) : attributes.object;
    if (validating.handles('CREATE', definition, '')) await validating.validate!({ ...attributes, object: admitted });
    return admitted;
  };
  return { turns, store, put, configure, run, asked, warnings, answer: (next: Reply) => void (reply = next) };
}

const map = (data: object = {}, metadata: object = {}) => ({
  kind: 'ConfigMap',
  apiVersion: 'v1',
  metadata: { name: 'm', namespace: 'a', ...metadata },
  data,
});
const patch = (...operations: object[]) => ({
  allowed: true,
  patchType: 'JSONPatch',
  patch: toBase64(utf8(JSON.stringify(operations))),
});
const rule = (more: object) => ({
  rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'], ...more }],
});

test('a webhook is told who does what, and where', async () => {
  await here.configure('validating', {});
  await here.run(map({ x: 'y' }));
  expect(here.asked[0]).toEqual({
    target: {
      kind: 'service',
      namespace: 'hooks',
      name: 'web',
      port: '443',
      scheme: 'https',
      tls: { serverName: 'web.hooks.svc' },
    },
    path: '/check?timeout=10s',
    request: {
      uid: 'uid-1',
      kind: { group: '', version: 'v1', kind: 'ConfigMap' },
      resource: { group: '', version: 'v1', resource: 'configmaps' },
      requestKind: { group: '', version: 'v1', kind: 'ConfigMap' },
      requestResource: { group: '', version: 'v1', resource: 'configmaps' },
      name: 'm',
      namespace: 'a',
      operation: 'CREATE',
      userInfo: { username: 'joe', groups: ['devs'] },
      object: map({ x: 'y' }),
      oldObject: null,
      dryRun: false,
      options: { kind: 'CreateOptions' },
    },
  });
});

test('patches add up, and a webhook may look again', async () => {
  await here.configure('mutating', { reinvocationPolicy: 'IfNeeded' }, {});
  let round = 0;
  here.answer(({ request }) =>
    patch({
      op: 'add',
      path: `/data/call${++round}`,
      value: String(Object.keys((request.object as unknown as { data: object }).data).length),
    }),
  );
  expect(await here.run(map({ x: 'y' }))).toMatchObject({ data: { x: 'y', call1: '1', call2: '2', call3: '3' } });
});

test.each([
  {
    it: 'with its message',
    status: { message: 'no', code: 418 },
    wants: { message: 'admission webhook "h0.example.com" denied the request: no', code: 418 },
  },
  {
    it: 'with its reason',
    status: { reason: 'because' },
    wants: { message: 'admission webhook "h0.example.com" denied the request: because', code: 400 },
  },
  {
    it: 'without a word',
    status: undefined,
    wants: { message: 'admission webhook "h0.example.com" denied the request without explanation', code: 400 },
  },
])('a webhook denies $it', async ({ status, wants }) => {
  await here.configure('validating', {});
  here.answer(() => ({ allowed: false, ...(status === undefined ? {} : { status }) }));
  const refused = (await here.run(map()).catch((error: unknown) => error)) as { status: object };
  expect(refused.status).toMatchObject(wants);
});

test.each([
  { it: 'another resource', hook: rule({ resources: ['secrets'] }), is: false },
  { it: 'a subresource', hook: rule({ resources: ['configmaps/status'] }), is: false },
  { it: 'all resources', hook: rule({ resources: ['*'] }), is: true },
  { it: 'another operation', hook: rule({ operations: ['DELETE'] }), is: false },
  { it: 'cluster scope', hook: rule({ scope: 'Cluster' }), is: false },
  { it: 'namespaced scope', hook: rule({ scope: 'Namespaced' }), is: true },
  { it: 'another namespace', hook: { namespaceSelector: { matchLabels: { team: 'z' } } }, is: false },
  { it: 'this namespace', hook: { namespaceSelector: { matchLabels: { team: 'x' } } }, is: true },
  { it: 'other objects', hook: { objectSelector: { matchLabels: { x: 'y' } } }, is: false },
])('rules for $it: $is', async ({ hook, is }) => {
  await here.configure('validating', hook);
  await here.run(map());
  expect(here.asked.length > 0).toBe(is);
});

test('an equivalent version is asked for where the request’s is not named', async () => {
  await here.configure('validating', {
    rules: [{ operations: ['*'], apiGroups: ['autoscaling'], apiVersions: ['v1'], resources: ['*'] }],
  });
  await here.run(
    { kind: 'HorizontalPodAutoscaler', apiVersion: 'autoscaling/v2', metadata: { name: 'h', namespace: 'a' } },
    { version: 'v2' },
    'autoscaling/horizontalpodautoscalers',
  );
  expect(here.asked[0]!.request).toMatchObject({
    kind: { version: 'v1' },
    requestKind: { version: 'v2' },
    object: { apiVersion: 'autoscaling/v1' },
  });
});

test.each([
  'validatingwebhookconfigurations',
  'mutatingwebhookconfigurations',
  'validatingadmissionpolicies',
  'mutatingadmissionpolicybindings',
])('%s are exempt', async (resource) => {
  await here.configure('validating', {});
  await here.run({ kind: 'X', apiVersion: 'v1', metadata: { name: 'x' } }, {}, `${GROUP}/${resource}`);
  expect(here.asked).toEqual([]);
});

test.each([
  {
    it: 'nobody answers',
    reply: () => Promise.reject(new Error('connection refused')),
    why: 'failed calling webhook "h0.example.com": failed to call webhook: Post "https://web.hooks.svc:443/check?timeout=10s": connection refused',
  },
  {
    it: 'another request is answered',
    reply: () => ({ uid: 'other', allowed: true }),
    why: 'received invalid webhook response: expected response.uid="uid-1", got "other"',
  },
  {
    it: 'a patch has no type',
    reply: () => ({ allowed: true, patch: 'W10=' }),
    why: 'webhook returned response.patch but not response.patchType',
  },
])('fail closed and open: $it', async ({ reply, why }) => {
  await here.configure('mutating', {});
  here.answer(reply);
  await expect(here.run(map())).rejects.toThrow(why);
  await here.configure('mutating', { failurePolicy: 'Ignore' });
  if (!why.includes('expected')) expect(await here.run(map())).toEqual(map());
});

test('a webhook that does not answer in time has not answered', async () => {
  await here.configure('validating', { timeoutSeconds: 2 });
  here.answer(() => new Promise(() => undefined));
  const outcome = here.run(map()).catch((error: Error) => error.message);
  await here.turns.advance(2001);
  expect(await outcome).toContain('context deadline exceeded');
});

test('a dry run does not reach webhooks with effects', async () => {
  await here.configure('validating', { sideEffects: 'Some' });
  await expect(here.run(map(), { dryRun: true })).rejects.toThrow(
    'admission webhook "h0.example.com" does not support dry run',
  );
});

const conditions = (...expressions: string[]) => ({
  matchConditions: expressions.map((expression, i) => ({ name: `c${i}`, expression })),
});

test.each([
  ['object.metadata.name == "m"', true],
  ['object.metadata.name != "m"', false],
  ['oldObject == null && request.operation == "CREATE"', true],
  ['request.userInfo.username == "joe" && "devs" in request.userInfo.groups', true],
  ['request.resource.resource == "configmaps" && request.kind.kind == "ConfigMap" && !has(request.subResource)', true],
  ['request.namespace == "a" && !request.dryRun && request.options.kind == "CreateOptions"', true],
  ['has(object.data.colour)', false],
  ['object.metadata.name.matches("m")', true],
  ['authorizer.group("").resource("configmaps").namespace("a").check("get").allowed()', true],
  ['authorizer.requestResource.check("update").allowed()', false],
  ['authorizer.serviceAccount("a", "default").group("").resource("pods").check("get").allowed()', false],
])('is called if its condition holds: %s', async (expression, called) => {
  for (const kind of ['mutating', 'validating'] as const) {
    here = await world();
    await here.configure(kind, conditions('true', expression));
    await here.run(map({ kept: 'x' }));
    expect(here.asked).toHaveLength(called ? 1 : 0);
  }
});

test('the conditions of later webhooks see what earlier ones made', async () => {
  await here.configure('mutating', {}, conditions('has(object.data.first)'), conditions('!has(object.data.first)'));
  here.answer(() => patch({ op: 'add', path: '/data/first', value: 'x' }));
  await here.run(map({ kept: 'x' }));
  expect(here.asked).toHaveLength(2);
});

test('a condition that cannot be judged counts by the failure policy, unless another does not hold', async () => {
  const broken = conditions('object.data.none == "x"', 'object.spec.none');
  await here.configure('validating', broken);
  await expect(here.run(map({ kept: 'x' }))).rejects.toThrow(
    `configmaps "m" is forbidden: [expression 'object.data.none == "x"' resulted in error: no such key: none, expression 'object.spec.none' resulted in error: no such key: spec]`,
  );
  await here.configure('validating', { ...broken, failurePolicy: 'Ignore' });
  await here.run(map({ kept: 'x' }));
  await here.configure('validating', conditions('object.spec.none', 'false'));
  await here.run(map({ kept: 'x' }));
  expect(here.asked).toEqual([]);
});

test('conditions that cost too much are not judged to the end', async () => {
  const all = '[0,1,2,3,4,5,6,7,8,9]';
  const dear = `${all}.all(a, ${all}.all(b, ${all}.all(c, ${all}.all(d, ${all}.all(e, a + b + c + d + e >= 0)))))`;
  await here.configure('validating', conditions(dear, dear, dear, 'false'));
  await expect(here.run(map({ kept: 'x' }))).rejects.toThrow(
    'configmaps "m" is forbidden: validation failed due to running out of cost budget, no further validation rules will be run',
  );
});

test('warnings reach the client', async () => {
  await here.configure('validating', {});
  here.answer(() => ({ allowed: true, warnings: ['careful'] }));
  await here.run(map());
  expect(here.warnings).toEqual(['careful']);
});

test('sees the options of a connection, which have no metadata', async () => {
  await here.configure('validating', {});
  here.answer(({ request }) => ({ allowed: request.subResource !== 'attach', status: { message: 'not here' } }));
  const options = { kind: 'PodAttachOptions', apiVersion: 'v1', container: 'c' };
  const asks = here.run(options, { subresource: 'attach', operation: 'CONNECT', namespace: 'a', name: 'p' }, '/pods');
  await expect(asks).rejects.toThrow('not here');
  expect(here.asked[0]!.request).toMatchObject({
    kind: { group: '', version: 'v1', kind: 'PodAttachOptions' },
    resource: { group: '', version: 'v1', resource: 'pods' },
    operation: 'CONNECT',
    name: 'p',
  });
  expect(here.asked[0]!.request.object).toEqual(options);
});
