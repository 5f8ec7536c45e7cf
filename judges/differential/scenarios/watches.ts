import type { Scenario } from '../scenario.ts';
import { MERGE_PATCH, METADATA, TABLE, YAML } from './accept.ts';
import { CONFIG_MAPS, configMap, get, patch, post, put, remove } from './steps.ts';

const W = `${CONFIG_MAPS}?watch=true`;
const label = (name: string, value: string | null) =>
  patch(`${CONFIG_MAPS}/${name}`, { metadata: { labels: { in: value } } }, MERGE_PATCH);

/** What watches send, from where, in which form. */
export const watches: Scenario = {
  name: 'watches',
  cluster: 'watched',
  steps: [
    post(CONFIG_MAPS, configMap('a'), { save: { first: 'metadata.resourceVersion' } }),
    { watch: 'all', path: `${W}&resourceVersion={{first}}` },
    { watch: 'zero', path: `${W}&resourceVersion=0` },
    { watch: 'unset', path: W },
    { watch: 'labelled', path: `${W}&resourceVersion={{first}}&labelSelector=in%3Dyes` },
    { watch: 'one', path: `${W}&resourceVersion={{first}}&fieldSelector=metadata.name%3Db` },
    { watch: 'table', path: `${W}&resourceVersion={{first}}`, headers: TABLE },
    { watch: 'metadata', path: `${W}&resourceVersion={{first}}`, headers: METADATA },
    { watch: 'yaml', path: `${W}&resourceVersion={{first}}`, headers: YAML },
    {
      watch: 'everywhere',
      path: `/api/v1/configmaps?watch=true&resourceVersion={{first}}&fieldSelector=metadata.namespace%3D{{ns}}`,
    },
    post(CONFIG_MAPS, configMap('b')),
    label('a', 'yes'),
    label('b', 'yes'),
    label('b', 'no'),
    put(`${CONFIG_MAPS}/a`, configMap('a', { data: { k: 'v' } })),
    remove(`${CONFIG_MAPS}/b`),
    ...['all', 'everywhere'].map((read) => ({ read, count: 6 })),
    ...['zero', 'unset'].map((read) => ({ read, count: 7 })),
    { read: 'labelled', count: 4 },
    { read: 'one', count: 4 },
    { read: 'table', count: 6 },
    { read: 'metadata', count: 6 },
    { read: 'yaml', count: 1 },
    // from the past, the future and nowhere
    { watch: 'past', path: `${W}&resourceVersion={{first}}&timeoutSeconds=1` },
    { read: 'past', count: 'end' },
    get(`${W}&resourceVersion=x`),
    get(`${W}&resourceVersion=-1`),
    get(`${W}&resourceVersion={{first}}&resourceVersionMatch=Exact`),
    get(`${W}&resourceVersionMatch=NotOlderThan`),
    get(`${W}&sendInitialEvents=true`),
    get(`${W}&sendInitialEvents=false`),
    get(`${W}&sendInitialEvents=true&resourceVersionMatch=Exact`),
    get(`${W}&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=false&timeoutSeconds=1`),
    get(`${W}&continue=x`),
    get(`${W}&limit=1&timeoutSeconds=1&fieldSelector=metadata.name%3Dnone`),
    get(`${W}&fieldSelector=data.k%3Dx`),
    get(`${W}&labelSelector=!`),
    get(`${CONFIG_MAPS}/a?watch=true&timeoutSeconds=1`),
    {
      watch: 'initial',
      path: `${W}&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
    },
    { read: 'initial', count: 2 },
    {
      watch: 'initialzero',
      path: `${W}&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&resourceVersion=0`,
    },
    { read: 'initialzero', count: 2 },
    {
      watch: 'without',
      path: `${W}&sendInitialEvents=false&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
    },
    post(CONFIG_MAPS, configMap('c')),
    { read: 'initial', count: 1 },
    { read: 'without', count: 1 },
    {
      watch: 'initialtable',
      path: `${W}&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
      headers: TABLE,
    },
    { read: 'initialtable', count: 3 },
    { watch: 'object', path: `/api/v1/watch/namespaces/{{ns}}/configmaps/c?timeoutSeconds=1` },
    { read: 'object', count: 'end' },
  ],
};
