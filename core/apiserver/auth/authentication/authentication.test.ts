import { expect, test } from 'vitest';
import { fromBase64Url, seededCrypto, textOf, toBase64Url, utf8 } from '#core/base';
import type { Credentials, HandlerContext, User } from '#core/apiserver';
import type { KubeObject } from '#core/machinery/object';
import { START, testStore } from '../fixture.ts';
import { createIdentity } from '../identity.ts';

const barrier = () => new Promise<void>((resolve) => void setImmediate(resolve));

async function world() {
  const { turns, store, put } = await testStore(barrier);
  const crypto = seededCrypto(1);
  const account = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'robot', namespace: 'n', uid: 'sa-1' },
  };
  await put('', 'serviceaccounts', account);
  await put('', 'nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1', uid: 'node-1' } });
  await put('', 'pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'n', uid: 'pod-1' },
    spec: { serviceAccountName: 'robot', nodeName: 'n1' },
  });
  const identity = createIdentity({
    store,
    clock: turns.clock,
    crypto,
    serviceAccounts: { signingKey: crypto.generateKey() },
    staticTokens: new Map([['sesame', { name: 'ali', groups: ['thieves'] }]]),
    advertised: 'https://192.0.2.10:6443',
  });
  const ask = (headers: Record<string, string>) =>
    identity.authenticator.authenticate({
      headers,
      peer: { address: '', certificates: [] },
      path: '/api',
    } as Credentials);
  const request = (spec: object, metadata: object = {}) =>
    identity.subresources['/serviceaccounts/token']!(
      { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', metadata, spec } as unknown as KubeObject,
      {
        name: 'robot',
        namespace: 'n',
        parent: account,
        user: { name: 'x', groups: [] },
      } as unknown as HandlerContext & { parent: KubeObject },
    ) as unknown as { status: { token: string; expirationTimestamp: string }; spec: { audiences: string[] } };
  return { turns, store, put, identity, ask, request };
}

const claimsOf = (token: string) => JSON.parse(textOf(fromBase64Url(token.split('.')[1]!))) as Record<string, unknown>;

test('nobody in particular is anonymous, a known token is its user, an unknown one is refused', async () => {
  const { ask } = await world();
  expect(await ask({})).toEqual({ name: 'system:anonymous', groups: ['system:unauthenticated'] });
  expect(await ask({ authorization: 'Bearer sesame' })).toEqual({
    name: 'ali',
    groups: ['thieves', 'system:authenticated'],
  });
  const protocol = `base64url.bearer.authorization.k8s.io.${toBase64Url(utf8('sesame'))}`;
  expect(await ask({ 'sec-websocket-protocol': `v5.channel.k8s.io, ${protocol}` })).toMatchObject({ name: 'ali' });
  expect(() => ask({ authorization: 'Bearer what' })).toThrow('Unauthorized');
  expect(await ask({ authorization: 'Basic xyz' })).toMatchObject({ name: 'system:anonymous' });
});

test('a token bound to a pod says so in its claims and in its user', async () => {
  const { ask, request } = await world();
  const { status, spec } = request({
    expirationSeconds: 3600,
    boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'p', uid: 'pod-1' },
  });
  expect(spec.audiences).toEqual(['https://kubernetes.default.svc.cluster.local']);
  expect(status.expirationTimestamp).toBe('2026-03-01T01:00:00Z');
  const claims = claimsOf(status.token);
  expect(claims).toMatchObject({
    aud: ['https://kubernetes.default.svc.cluster.local'],
    iss: 'https://kubernetes.default.svc.cluster.local',
    sub: 'system:serviceaccount:n:robot',
    exp: START / 1000 + 3600,
    'kubernetes.io': {
      namespace: 'n',
      node: { name: 'n1', uid: 'node-1' },
      pod: { name: 'p', uid: 'pod-1' },
      serviceaccount: { name: 'robot', uid: 'sa-1' },
    },
  });
  expect(Object.keys(claims)).toEqual(['aud', 'exp', 'iat', 'iss', 'jti', 'kubernetes.io', 'nbf', 'sub']);
  expect(await ask({ authorization: `Bearer ${status.token}` })).toEqual({
    name: 'system:serviceaccount:n:robot',
    uid: 'sa-1',
    groups: ['system:serviceaccounts', 'system:serviceaccounts:n', 'system:authenticated'],
    extra: {
      'authentication.kubernetes.io/credential-id': [`JTI=${claims['jti']}`],
      'authentication.kubernetes.io/pod-name': ['p'],
      'authentication.kubernetes.io/pod-uid': ['pod-1'],
      'authentication.kubernetes.io/node-name': ['n1'],
      'authentication.kubernetes.io/node-uid': ['node-1'],
    },
  });
});

test("the kubelet's 3607 seconds live a year and only warn", async () => {
  const { request } = await world();
  const { status } = request({ expirationSeconds: 3607, boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'p' } });
  const claims = claimsOf(status.token);
  expect(claims['exp']).toBe(START / 1000 + 365 * 24 * 3600);
  expect((claims['kubernetes.io'] as { warnafter: number }).warnafter).toBe(START / 1000 + 3607);
  expect(status.expirationTimestamp).toBe('2026-03-01T01:00:07Z');
});

test.each([
  ['too short', { expirationSeconds: 10 }, {}, 'may not specify a duration less than 10 minutes'],
  ['too long', { expirationSeconds: 2 ** 33 }, {}, 'may not specify a duration larger than 2^32 seconds'],
  ['another name', {}, { name: 'x' }, 'must match the service account name if specified'],
  ['another uid', {}, { uid: 'x' }, 'does not match the UID of the service account (sa-1)'],
  [
    'a pod that is not there',
    { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'q' } },
    {},
    'pods "q" not found',
  ],
  [
    'a pod of another uid',
    { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'p', uid: 'y' } },
    {},
    'the UID in the bound object reference (y) does not match the UID in record',
  ],
  [
    'an odd kind',
    { boundObjectRef: { kind: 'Deployment', apiVersion: 'apps/v1', name: 'p' } },
    {},
    'cannot bind token to object of type apps/v1, Kind=Deployment',
  ],
])('no token for %s', async (_, spec, metadata, why) => {
  const { request } = await world();
  expect(() => request(spec, metadata)).toThrow(why);
});

test.each([
  [
    'its pod is gone',
    async ({ store }: Awaited<ReturnType<typeof world>>) =>
      void (await store.commit({ guards: [], writes: [{ key: '/pods/n/p', object: undefined }] })),
  ],
  [
    'its pod was made anew',
    ({ put }: Awaited<ReturnType<typeof world>>) =>
      put('', 'pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'n', uid: 'pod-2' } }),
  ],
  [
    'its account is gone',
    async ({ store }: Awaited<ReturnType<typeof world>>) =>
      void (await store.commit({ guards: [], writes: [{ key: '/serviceaccounts/n/robot', object: undefined }] })),
  ],
  ['it has expired', ({ turns }: Awaited<ReturnType<typeof world>>) => turns.advance(3700_000)],
])('a token counts no more once %s', async (_, happens) => {
  const here = await world();
  const { status } = here.request({
    expirationSeconds: 3600,
    boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'p' },
  });
  const headers = { authorization: `Bearer ${status.token}` };
  expect(await here.ask(headers)).toMatchObject({ uid: 'sa-1' });
  await happens(here);
  expect(() => here.ask(headers)).toThrow('Unauthorized');
});

test.each([
  ['another signature', (token: string) => `${token.slice(0, -4)}AAAA`],
  [
    'no signature algorithm',
    (token: string) => [toBase64Url(utf8('{"alg":"none"}')), token.split('.')[1], ''].join('.'),
  ],
  [
    'other claims',
    (token: string) => {
      const [a, b, c] = token.split('.');
      return [a, toBase64Url(utf8(textOf(fromBase64Url(b!)).replace('robot', 'admin'))), c].join('.');
    },
  ],
])('a token with %s is refused', async (_, spoil) => {
  const { request, ask } = await world();
  expect(() => ask({ authorization: `Bearer ${spoil(request({}).status.token)}` })).toThrow('Unauthorized');
});

test('TokenReview tells who, for which audience, or why not', async () => {
  const { identity, request } = await world();
  const review = (spec: object) =>
    identity.reviews['authentication.k8s.io/tokenreviews']!(
      { metadata: {}, spec } as unknown as KubeObject,
      {} as HandlerContext,
    ) as unknown as { status: object };
  const own = request({ audiences: ['vault'] }).status.token;
  expect(review({ token: own, audiences: ['vault', 'x'] }).status).toMatchObject({
    authenticated: true,
    audiences: ['vault'],
    user: { username: 'system:serviceaccount:n:robot' },
  });
  expect(review({ token: own }).status).toEqual({
    user: {},
    error:
      '[invalid bearer token, token audiences ["vault"] is invalid for the target audiences ["https://kubernetes.default.svc.cluster.local"]]',
  });
  expect(review({ token: 'x' }).status).toEqual({ user: {}, error: 'invalid bearer token' });
  expect(review({ token: ' x' }).status).toMatchObject({
    authenticated: true,
    user: { username: 'system:anonymous', groups: ['system:unauthenticated'] },
  });
  expect(() => review({})).toThrow('token is required');
});

test('impersonation needs the right to it, for the user and for each group', async () => {
  const { identity } = await world();
  const root: User = { name: 'root', groups: ['system:masters'] };
  expect(await identity.impersonate(root, { 'impersonate-user': 'joe' })).toEqual({
    name: 'joe',
    groups: ['system:authenticated'],
  });
  expect(
    await identity.impersonate(root, {
      'impersonate-user': 'joe',
      'impersonate-group': 'a, b',
      'impersonate-extra-acme.com%2fx': 'y',
    }),
  ).toEqual({
    name: 'joe',
    groups: ['a', 'b', 'system:authenticated'],
    extra: { 'acme.com/x': ['y'] },
  });
  expect(await identity.impersonate(root, { 'impersonate-user': 'system:serviceaccount:n:robot' })).toEqual({
    name: 'system:serviceaccount:n:robot',
    groups: ['system:serviceaccounts', 'system:serviceaccounts:n', 'system:authenticated'],
  });
  expect(await identity.impersonate(root, { 'impersonate-user': 'system:anonymous' })).toEqual({
    name: 'system:anonymous',
    groups: ['system:unauthenticated'],
  });
  await expect(identity.impersonate(root, { 'impersonate-group': 'a' })).rejects.toThrow(
    'without impersonating a user name',
  );
  await expect(identity.impersonate({ name: 'eve', groups: [] }, { 'impersonate-user': 'joe' })).rejects.toThrow(
    'users "joe" is forbidden: User "eve" cannot impersonate resource "users" in API group "" at the cluster scope',
  );
});

test('others find the keys that verify our tokens', async () => {
  const { identity } = await world();
  const [configuration, keys] = await Promise.all(
    identity.mounts.map(async (mount) =>
      JSON.parse(
        textOf(
          (await mount.answer({ path: mount.path, query: new Map(), headers: {}, user: { name: '', groups: [] } }))
            .body as Uint8Array,
        ),
      ),
    ),
  );
  expect(configuration).toMatchObject({
    jwks_uri: 'https://192.0.2.10:6443/openid/v1/jwks',
    id_token_signing_alg_values_supported: ['ES256'],
  });
  expect(keys.keys).toHaveLength(1);
});
