import type { Scenario } from '../scenario.ts';
import { PROTOBUF, YAML } from './accept.ts';
import { served } from './resources.ts';
import { get } from './steps.ts';

const AGGREGATED = { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' };
const groups = [...new Set(served.filter(({ group }) => group !== '').map(({ group }) => `/apis/${group}`))];
const roots = [...new Set(served.map(({ root }) => root))];

/** What the server says that it serves. */
export const discovery: Scenario = {
  name: 'discovery',
  cluster: 'fresh',
  steps: [
    get('/'),
    get('/api'),
    get('/apis'),
    ...['/api', '/apis'].flatMap((path) => [
      get(path, { headers: AGGREGATED }),
      get(path, { headers: PROTOBUF }),
      get(path, { headers: YAML }),
    ]),
    ...groups.map((path) => get(path)),
    ...roots.map((path) => get(path)),
    get('/api/v1', { headers: PROTOBUF }),
    get('/api/'),
    get('/apis/'),
    get('/api/v1/'),
    get('/api', { headers: { accept: 'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList' } }),
    get('/api', { headers: { accept: 'application/json;g=apidiscovery.k8s.io;v=v9;as=APIGroupDiscoveryList' } }),
    get('/version'),
    get('/healthz'),
    get('/livez'),
    get('/readyz'),
    get('/healthz/ping'),
    get('/healthz/nothing'),
    get('/readyz?exclude=nothing'),
    get('/openid/v1/jwks'),
    get('/.well-known/openid-configuration'),
  ],
};
