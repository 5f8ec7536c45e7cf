import type { Scenario } from '../scenario.ts';
import { served } from './resources.ts';
import { get } from './steps.ts';

const roots = [...new Set(served.map(({ root }) => root.slice(1)))];
const groups = [...new Set(served.filter(({ group }) => group !== '').map(({ group }) => `apis/${group}`))];

/** The OpenAPI documents, whole; the descriptions are left out. */
export const openApi: Scenario = {
  name: 'openapi',
  cluster: 'fresh',
  steps: [
    get('/openapi/v3'),
    get('/openapi/v2'),
    ...['api', 'apis', 'version', '.well-known/openid-configuration', 'openid/v1/jwks', ...groups, ...roots].map(
      (path) => get(`/openapi/v3/${path}`),
    ),
    get('/openapi/v3/apis/nothing.example.com/v1'),
  ],
};
