import type { RequestStep, Scenario } from '../scenario.ts';
import { MERGE_PATCH } from './accept.ts';
import { CONFIG_MAPS, configMap, get, patch, post, put, remove } from './steps.ts';

const NAMESPACE = '/api/v1/namespaces/{{ns}}';
const other = (method: RequestStep['method'], path: string): RequestStep => ({ method, path });

/** Paths that are written in odd ways, and methods where they do not belong. */
export const paths: Scenario = {
  name: 'paths',
  steps: [
    post(CONFIG_MAPS, configMap('c')),
    // empty parts
    ...[
      '/api/v1/namespaces//configmaps?limit=1&fieldSelector=metadata.name=none-such',
      '/api/v1/namespaces//configmaps/c',
      '/api/v1//namespaces/{{ns}}/configmaps/c',
      '//api/v1/namespaces/{{ns}}/configmaps/c',
      '/api//v1/namespaces/{{ns}}/configmaps/c',
      `${NAMESPACE}//configmaps/c`,
      `${CONFIG_MAPS}//c`,
      '/apis/apps/v1//deployments',
      '//',
    ].map((path) => get(path)),
    // slashes at the end
    ...[
      `${CONFIG_MAPS}/c/`,
      `${CONFIG_MAPS}/c//`,
      `${CONFIG_MAPS}/`,
      `${NAMESPACE}/`,
      '/apis/apps/',
      '/apis/apps/v1/',
      '/healthz/',
      '/metrics/',
      `${NAMESPACE}/pods/p/log/`,
      `${NAMESPACE}/services/s/proxy/`,
      `${NAMESPACE}/services/s/proxy//a//b/`,
    ].map((path) => get(path)),
    // escapes and dots
    ...[
      `${CONFIG_MAPS}/%63`,
      `${CONFIG_MAPS}/c%2Fd`,
      `${CONFIG_MAPS}/c%3Fx`,
      `${CONFIG_MAPS}/c%23x`,
      `${CONFIG_MAPS}/a%20b`,
      `${CONFIG_MAPS}/a+b`,
      `${CONFIG_MAPS}/c;x=y`,
      `${NAMESPACE}/config%6Daps/c`,
      `${NAMESPACE}%2Fconfigmaps/c`,
      '/%61pi/v1/namespaces/{{ns}}/configmaps/c',
      `${CONFIG_MAPS}/.`,
      `${CONFIG_MAPS}/..`,
      `${CONFIG_MAPS}/%2e%2e`,
      `${CONFIG_MAPS}/../configmaps/c`,
      `${NAMESPACE}/./configmaps/c`,
      `${CONFIG_MAPS}?limit=1;2`,
    ].map((path) => get(path)),
    // letters, and what nobody serves
    ...[
      `${CONFIG_MAPS}/C`,
      '/API/v1/namespaces/{{ns}}/configmaps/c',
      '/api/V1/namespaces/{{ns}}/configmaps/c',
      '/api/v1/Namespaces/{{ns}}/configmaps/c',
      `${CONFIG_MAPS}/c/status`,
      `${CONFIG_MAPS}/c/a/b/c/d`,
      `${NAMESPACE}/status/x`,
      '/version/x',
      '/healthz/none',
      '/openapi',
      '/favicon.ico',
      '/api/v1/proxy/namespaces/{{ns}}/pods/p',
      '/api/v1/redirect/namespaces/{{ns}}/pods/p',
      '/api/v1/watch/namespaces/{{ns}}/configmaps/c?timeoutSeconds=1',
      '/api/v1/watch/namespaces/{{ns}}/configmaps/?timeoutSeconds=1',
    ].map((path) => get(path)),
    // methods
    remove('/api/v1/configmaps'),
    remove('/api/v1/namespaces//configmaps'),
    remove('/api/v1/namespaces'),
    remove('/api'),
    post('/api', {}),
    post('/apis/apps', {}),
    put('/version', {}),
    other('HEAD', '/version'),
    other('HEAD', `${CONFIG_MAPS}/c`),
    other('OPTIONS', CONFIG_MAPS),
    post('/api/v1/watch/namespaces/{{ns}}/configmaps', {}),
    put(CONFIG_MAPS, configMap('c')),
    put(`${CONFIG_MAPS}/c/`, configMap('c')),
    patch(CONFIG_MAPS, {}, MERGE_PATCH),
    post(`${CONFIG_MAPS}/`, configMap('c2')),
    post(`${CONFIG_MAPS}/c`, configMap('c2')),
    post('/api/v1/configmaps', configMap('c2', { metadata: { namespace: '{{ns}}' } })),
  ],
};
