import type { Scenario } from '../scenario.ts';
import { get, post, put, remove } from './steps.ts';

const PODS = '/api/v1/namespaces/{{ns}}/pods';
const pod = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: 'a' } },
  spec: {
    automountServiceAccountToken: false,
    containers: [
      { name: 'one', image: 'x' },
      { name: 'two', image: 'x' },
    ],
    ...more,
  },
});
const eviction = (name: string, more: object = {}) => ({
  apiVersion: 'policy/v1',
  kind: 'Eviction',
  metadata: { name },
  ...more,
});
const binding = (name: string, node: string) => ({
  apiVersion: 'v1',
  kind: 'Binding',
  metadata: { name },
  target: { kind: 'Node', name: node },
});

/** Subresources that a kubelet answers, where there is none; bindings and evictions. */
export const kubeletSubresources: Scenario = {
  name: 'kubelet-subresources',
  steps: [
    post(PODS, pod('free')),
    post(PODS, pod('bound', { nodeName: 'gone' })),
    ...['absent', 'free', 'bound'].flatMap((name) => [
      get(`${PODS}/${name}/log`),
      get(`${PODS}/${name}/log?container=one`),
      get(`${PODS}/${name}/log?container=nothing`),
      get(`${PODS}/${name}/log?tailLines=-1`),
      get(`${PODS}/${name}/log?sinceSeconds=0`),
      get(`${PODS}/${name}/log?limitBytes=0`),
      get(`${PODS}/${name}/log?sinceSeconds=1&sinceTime=2020-01-01T00:00:00Z`),
      get(`${PODS}/${name}/log?stream=Nothing&container=one`),
      get(`${PODS}/${name}/log?tailLines=x`),
      get(`${PODS}/${name}/exec?command=ls`),
      post(`${PODS}/${name}/exec?command=ls`, undefined),
      post(`${PODS}/${name}/exec?container=one`, undefined),
      post(`${PODS}/${name}/exec?container=one&command=ls`, undefined),
      post(`${PODS}/${name}/exec?container=one&command=ls&stdout=true`, undefined),
      post(`${PODS}/${name}/exec?container=one&command=ls&stdout=true&stderr=true&tty=true`, undefined),
      post(`${PODS}/${name}/exec?container=nothing&command=ls&stdout=true`, undefined),
      get(`${PODS}/${name}/attach?container=one`),
      post(`${PODS}/${name}/attach?container=one&stdout=true`, undefined),
      post(`${PODS}/${name}/portforward`, undefined),
      get(`${PODS}/${name}/portforward?ports=80`),
      put(`${PODS}/${name}/log`, {}),
      remove(`${PODS}/${name}/log`),
    ]),
    get(`${PODS}/absent/proxy/`),
    get(`${PODS}/free/proxy/`),
    get('/api/v1/nodes/absent/proxy/'),
    get('/api/v1/namespaces/{{ns}}/services/absent/proxy/'),
    get('/api/v1/namespaces/{{ns}}/services/a:b:c:d/proxy/'),
    post(`${PODS}/free/binding`, binding('free', '')),
    post(`${PODS}/free/binding`, binding('other', 'n')),
    post(`${PODS}/free/binding`, { ...binding('free', 'n'), target: { kind: 'Thing', name: 'n' } }),
    post(`${PODS}/absent/binding`, binding('absent', 'n')),
    post(`${PODS}/free/binding`, binding('free', 'n')),
    post(`${PODS}/free/binding`, binding('free', 'm')),
    post('/api/v1/namespaces/{{ns}}/bindings', binding('free', 'm')),
    get(`${PODS}/free`),
    post(`${PODS}/absent/eviction`, eviction('absent')),
    post(`${PODS}/free/eviction`, eviction('other')),
    post(`${PODS}/free/eviction`, eviction('free', { deleteOptions: { dryRun: ['All'] } })),
    post(`${PODS}/free/eviction?dryRun=All`, eviction('free')),
    post('/apis/policy/v1/namespaces/{{ns}}/poddisruptionbudgets', {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'p' },
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'a' } } },
    }),
    post(`${PODS}/free/eviction`, eviction('free')),
    post(`${PODS}/free/eviction`, eviction('free', { apiVersion: 'policy/v1beta1' })),
    remove('/apis/policy/v1/namespaces/{{ns}}/poddisruptionbudgets/p'),
    remove(`${PODS}/bound`),
    get(`${PODS}/bound`),
    remove(`${PODS}/bound?gracePeriodSeconds=5`),
    remove(`${PODS}/bound?gracePeriodSeconds=0`),
    remove(`${PODS}/free?gracePeriodSeconds=1`),
    remove(`${PODS}/free?gracePeriodSeconds=0`),
  ],
};
