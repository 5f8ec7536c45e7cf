import type { Scenario } from '../scenario.ts';
import { MERGE_PATCH, TABLE } from './accept.ts';
import { CONFIG_MAPS, configMap, get, patch, post, remove } from './steps.ts';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const THINGS = '/apis/expiry.example.com/v1/namespaces/{{ns}}/things';
const things = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'things.expiry.example.com' },
  spec: {
    group: 'expiry.example.com',
    scope: 'Namespaced',
    names: { plural: 'things', kind: 'Thing' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
};
const W = `${THINGS}?watch=true`;
const NEXT = { next: 'metadata.continue' };

/** What is too old to be read: exact lists, pages that go on, watches; and the way on that clients are shown. */
export const expiry: Scenario = {
  name: 'expiry',
  cluster: 'expiring',
  steps: [
    post(CONFIG_MAPS, configMap('a'), { save: { old: 'metadata.resourceVersion' } }),
    ...['b', 'c', 'd', 'e'].map((name) => post(CONFIG_MAPS, configMap(name))),
    get(`${CONFIG_MAPS}?limit=2`, { save: { page: 'metadata.continue', listed: 'metadata.resourceVersion' } }),
    get(`${CONFIG_MAPS}?limit=2&continue={{page}}`),
    patch(`${CONFIG_MAPS}/a`, { data: { k: '1' } }, MERGE_PATCH),
    remove(`${CONFIG_MAPS}/d`),
    get(`${CONFIG_MAPS}?limit=2&continue={{page}}`),
    get(`${CONFIG_MAPS}?resourceVersion={{old}}&resourceVersionMatch=Exact`),
    patch(`${CONFIG_MAPS}/b`, { data: { k: '2' } }, MERGE_PATCH),
    // Both have forgotten by then what was before: the original takes some rounds.
    { wait: 14_000 },
    get(`${CONFIG_MAPS}?resourceVersion={{old}}&resourceVersionMatch=Exact`),
    get(`${CONFIG_MAPS}?resourceVersion={{old}}&resourceVersionMatch=Exact&limit=1`),
    get(`${CONFIG_MAPS}?resourceVersion={{old}}&limit=1`),
    get(`${CONFIG_MAPS}?resourceVersion=1&resourceVersionMatch=Exact`),
    get(`${CONFIG_MAPS}?resourceVersion={{old}}&resourceVersionMatch=NotOlderThan`),
    get(`${CONFIG_MAPS}?resourceVersion={{old}}`),
    get(`${CONFIG_MAPS}/a?resourceVersion={{old}}`),
    // The refusal shows how to go on all the same, with what there is now.
    get(`${CONFIG_MAPS}?limit=2&continue={{page}}`, { save: NEXT }),
    get(`${CONFIG_MAPS}?limit=2&continue={{page}}`, { headers: TABLE }),
    get(`${CONFIG_MAPS}?limit=1&continue={{next}}`, { save: NEXT }),
    get(`${CONFIG_MAPS}?limit=1&continue={{next}}`),
    // The original keeps a resource's events since it was first served: of a young one the past is not known.
    post(CRDS, things, { quiet: true }),
    get(THINGS, { until: 200, quiet: true }),
    { watch: 'first', path: `${W}&resourceVersion=1&timeoutSeconds=2` },
    { read: 'first', count: 'end' },
    { watch: 'table', path: `${W}&resourceVersion=1&timeoutSeconds=2`, headers: TABLE },
    { read: 'table', count: 'end' },
  ],
};
