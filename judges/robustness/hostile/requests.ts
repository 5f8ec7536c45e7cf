import { below, type Random } from '#core/base';

/** A whole request that no honest client sends. It must change nothing, so none of them can be valid and a write. */
export interface HostileRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

type Make = (random: Random) => HostileRequest;

const MAPS = '/api/v1/namespaces/kept/configmaps';
const ONE = `${MAPS}/kept-0`;
const JSON_TYPE = 'application/json';

const sent = (method: string, path: string, type: string, body: string | Uint8Array): HostileRequest => ({
  method,
  path,
  headers: { 'content-type': type },
  body,
});
const pick = <T>(random: Random, of: readonly T[]): T => of[below(random, of.length)]!;

/** Valid but for what is put into it. */
const map = (inside: string) =>
  `{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"never"},"data":{"a":${inside}}}`;

const aliasBomb = [
  'kind: ConfigMap',
  'apiVersion: v1',
  'metadata: {name: never}',
  'a: &a [x, x, x, x, x, x, x, x, x]',
  ...'bcdefghi'.split('').map((name, at) => {
    const before = 'abcdefgh'[at];
    return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(', ')}]`;
  }),
].join('\n');

/** Each copies all that is there into itself. */
const growing = (depth: number) =>
  JSON.stringify([
    { op: 'add', path: '/x', value: { a: 'x'.repeat(1000) } },
    ...Array.from({ length: depth }, (_, at) => ({ op: 'copy', from: '/x', path: `/x/c${at}` })),
  ]);

const TYPES = [
  JSON_TYPE,
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
  'application/cbor',
  'text/plain',
  'multipart/form-data; boundary=',
  '',
  'application/json; charset=utf-16',
];

const PATHS = [
  '/api/v1/namespaces',
  MAPS,
  ONE,
  '/apis/apps/v1/namespaces/kept/deployments',
  '/api',
  '/apis',
  '/openapi/v3',
  '/version',
  '/metrics',
  '/readyz',
  '/',
];
const STRANGE = [
  '..',
  '%2e%2e',
  '%00',
  '%',
  '%zz',
  '//',
  ';a=b',
  '%ff%fe',
  '\\',
  '*',
  '__proto__',
  'constructor',
  '{}',
  'x'.repeat(5000),
  '%F0%9F%92%A9',
];
const QUERIES = [
  'limit=-1',
  'limit=99999999999999999999',
  'continue=AAAA',
  'continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6LTF9',
  'resourceVersion=-1',
  'resourceVersion=99999999999999',
  'resourceVersion=x&resourceVersionMatch=Exact',
  'labelSelector=a%20in%20(',
  `labelSelector=${'a%3Db,'.repeat(3000)}`,
  'fieldSelector=metadata.name%3D%3D%3D',
  'timeoutSeconds=-5',
  'watch=true&timeoutSeconds=0.5',
  'dryRun=Some',
  'pretty=true&limit=1&limit=2',
  '__proto__=1&constructor=2',
  '&&&===',
];

export const requests: Readonly<Record<string, Make>> = {
  'random paths': (random) => ({
    method: pick(random, ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND', 'GET', 'BREW']),
    path: `${pick(random, PATHS)}/${pick(random, STRANGE)}${below(random, 2) === 0 ? '' : `/${pick(random, STRANGE)}`}`,
    headers: {},
    body: undefined,
  }),
  'random queries': (random) => ({
    method: 'GET',
    path: `${pick(random, [MAPS, ONE, '/api/v1/pods'])}?${pick(random, QUERIES)}&${pick(random, QUERIES)}&timeoutSeconds=1`,
    headers: {
      accept: pick(random, [
        JSON_TYPE,
        'a/b',
        ';;;',
        '*/*;q=x',
        `${JSON_TYPE};as=Table;g=x;v=y`,
        'application/vnd.kubernetes.protobuf',
      ]),
    },
    body: undefined,
  }),
  'random bytes in every content type': (random) =>
    sent(
      pick(random, ['POST', 'PUT', 'PATCH']),
      pick(random, [
        MAPS,
        ONE,
        '/api/v1/namespaces',
        `${ONE}/status`,
        '/apis/authorization.k8s.io/v1/subjectaccessreviews',
      ]),
      pick(random, TYPES),
      Buffer.from(Array.from({ length: 1 + below(random, 2000) }, () => below(random, 256))),
    ),
  'broken protobuf': (random) => {
    const bytes = Buffer.from(Array.from({ length: 20 + below(random, 500) }, () => below(random, 256)));
    return sent('POST', MAPS, 'application/vnd.kubernetes.protobuf', Buffer.concat([Buffer.from('k8s\0'), bytes]));
  },
  'protobuf that claims gigabytes': () =>
    sent(
      'POST',
      MAPS,
      'application/vnd.kubernetes.protobuf',
      Buffer.from('6b3873000afeffffff0f0a02763112fdffffff0f', 'hex'),
    ),
  'truncated JSON': (random) => {
    const whole = map(`"${'x'.repeat(200)}"`);
    return sent('POST', MAPS, JSON_TYPE, whole.slice(0, below(random, whole.length)));
  },
  'deep JSON': (random) => {
    const depth = 2_000 + below(random, 200_000);
    return sent('POST', MAPS, JSON_TYPE, map(`${'['.repeat(depth)}${below(random, 2) === 0 ? ']'.repeat(depth) : ''}`));
  },
  'deep objects in JSON': (random) =>
    sent('POST', MAPS, JSON_TYPE, map('{"a":'.repeat(2_000 + below(random, 100_000)))),
  'deep YAML': (random) =>
    sent(
      'POST',
      MAPS,
      'application/yaml',
      `kind: ConfigMap\napiVersion: v1\na: ${'['.repeat(2_000 + below(random, 20_000))}`,
    ),
  'a YAML alias bomb': () => sent('POST', MAPS, 'application/yaml', aliasBomb),
  'a YAML alias bomb to apply': () => sent('PATCH', `${ONE}?fieldManager=x`, 'application/apply-patch+yaml', aliasBomb),
  'a YAML that holds itself': () =>
    sent('POST', MAPS, 'application/yaml', 'kind: ConfigMap\napiVersion: v1\ndata: &a\n  x: *a\n'),
  'a large YAML map': () =>
    sent(
      'POST',
      MAPS,
      'application/yaml',
      `kind: ConfigMap\nmetadata:\n${Array.from({ length: 40_000 }, (_, at) => `  k${at}: x\n`).join('')}`,
    ),
  'many keys, all unknown': (random) => {
    const keys = Array.from({ length: 1000 + below(random, 100_000) }, (_, at) => `"k${at}":1`).join();
    return sent('POST', MAPS, JSON_TYPE, `{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"Never"},${keys}}`);
  },
  'one key again and again': (random) => {
    const keys = Array.from({ length: 1000 + below(random, 100_000) }, () => '"k":"1"').join();
    return sent(
      'POST',
      MAPS,
      JSON_TYPE,
      `{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"Never"},"data":{${keys}}}`,
    );
  },
  'many bad list items': (random) => {
    const items = Array.from({ length: 1000 + below(random, 100_000) }, (_, at) => `"_${at}"`).join();
    return sent(
      'POST',
      MAPS,
      JSON_TYPE,
      `{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"never","finalizers":[${items}]}}`,
    );
  },
  'oversized body': (random) =>
    sent(
      'POST',
      MAPS,
      pick(random, [JSON_TYPE, 'application/yaml']),
      map(`"${'x'.repeat(3 * 1024 * 1024 + below(random, 1024 * 1024))}"`),
    ),
  'a patch that copies without end': (random) =>
    sent('PATCH', ONE, 'application/json-patch+json', growing(20 + below(random, 60))),
  'ten thousand patch operations and more': () =>
    sent(
      'PATCH',
      ONE,
      'application/json-patch+json',
      JSON.stringify(Array.from({ length: 20_000 }, () => ({ op: 'test', path: '/metadata/name', value: 'kept-0' }))),
    ),
  'a patch to nowhere': (random) =>
    sent(
      'PATCH',
      ONE,
      'application/json-patch+json',
      JSON.stringify([
        {
          op: pick(random, ['add', 'move', 'copy', 'replace']),
          from: '/__proto__/x',
          path: pick(random, ['/__proto__/polluted', '/constructor/prototype/polluted', '/data/-/-', '/~2', 'x']),
          value: { data: 1 },
        },
      ]),
    ),
  'duplicate and dangerous keys': () =>
    sent(
      'POST',
      `${MAPS}?fieldValidation=Strict`,
      JSON_TYPE,
      '{"kind":"ConfigMap","kind":"ConfigMap","apiVersion":"v1","__proto__":{"polluted":1},"metadata":{"name":"never","constructor":{"prototype":{"polluted":1}}}}',
    ),
  'lone surrogates and bad UTF-8': () =>
    sent(
      'POST',
      MAPS,
      JSON_TYPE,
      Buffer.concat([
        Buffer.from('{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"\\ud800'),
        Buffer.from([0xff, 0xc0, 0x80]),
        Buffer.from('"}}'),
      ]),
    ),
  'enormous numbers': (random) =>
    sent(
      'PUT',
      ONE,
      JSON_TYPE,
      `{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"kept-0","generation":1${'0'.repeat(1 + below(random, 500_000))}},"immutable":1e999999999}`,
    ),
  'a slow regular expression': () => ({
    method: 'GET',
    path: `${MAPS}?labelSelector=${'a-'.repeat(3000)}!`,
    headers: {},
    body: undefined,
  }),
  'bad credentials': (random) => ({
    method: 'GET',
    path: ONE,
    headers: pick(random, [
      { authorization: 'Bearer ' },
      { authorization: `Bearer ${'a.'.repeat(20_000)}` },
      { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' },
      { authorization: 'Basic !!!' },
      { 'impersonate-user': 'nobody', 'impersonate-extra-%zz': 'x' },
      { 'x-remote-user': 'system:admin', 'x-remote-group': 'system:masters' },
    ]),
    body: undefined,
  }),
};
