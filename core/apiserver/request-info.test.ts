import { expect, test } from 'vitest';
import { requestInfoOf } from './request-info.ts';

test.each([
  ['GET /api/v1/namespaces', 'list /v1/namespaces'],
  ['GET /api/v1/namespaces/a', 'get /v1/namespaces ns=a name=a'],
  ['PUT /api/v1/namespaces/a/finalize', 'update /v1/namespaces/finalize ns=a name=a'],
  ['GET /api/v1/namespaces/a/status', 'get /v1/namespaces/status ns=a name=a'],
  ['GET /api/v1/namespaces/a/pods', 'list /v1/pods ns=a'],
  ['GET /api/v1/pods?watch=true', 'watch /v1/pods'],
  ['GET /api/v1/pods?watch=0', 'list /v1/pods'],
  ['GET /api/v1/namespaces/a/pods/b', 'get /v1/pods ns=a name=b'],
  ['GET /api/v1/namespaces/a/pods/b/log', 'get /v1/pods/log ns=a name=b'],
  ['GET /api/v1/watch/namespaces/a/pods', 'watch /v1/pods ns=a'],
  ['GET /api/v1/namespaces/a/pods?fieldSelector=metadata.name%3Db', 'list /v1/pods ns=a name=b'],
  ['DELETE /apis/apps/v1/namespaces/a/deployments', 'deletecollection apps/v1/deployments ns=a'],
  ['PATCH /apis/apps/v1/namespaces/a/deployments/d/scale', 'patch apps/v1/deployments/scale ns=a name=d'],
  [
    'POST /api/v1/namespaces/a/services/http:s:80/proxy/x/y/',
    'create /v1/services/proxy ns=a name=http:s:80 rest=/x/y/',
  ],
  ['GET /api/v1/nodes/n/proxy/', 'get /v1/nodes/proxy name=n rest=/'],
  ['GET /api/v1/nodes/n/proxy', 'get /v1/nodes/proxy name=n'],
  [
    'GET /apis/rbac.authorization.k8s.io/v1/clusterroles/a%3Ab',
    'get rbac.authorization.k8s.io/v1/clusterroles name=a:b',
  ],
  ['GET /healthz', 'get path'],
  ['GET /apis/apps/v1', 'get path'],
  ['FOO /api/v1/pods', ' /v1/pods'],
])('%s is %s', (request, wants) => {
  const [method, target] = request.split(' ') as [string, string];
  const info = requestInfoOf(method, target);
  const { verb, isResource, group, version, resource, subresource, namespace, name, rest } = info;
  const shown = isResource
    ? `${verb} ${group}/${version}/${resource}${subresource === '' ? '' : `/${subresource}`}` +
      `${namespace === '' ? '' : ` ns=${namespace}`}${name === '' ? '' : ` name=${name}`}${rest === '' ? '' : ` rest=${rest}`}`
    : `${verb} path`;
  expect(shown).toBe(wants);
});
