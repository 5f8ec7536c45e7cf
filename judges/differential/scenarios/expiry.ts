import type { Scenario, Step } from '../scenario.ts';
import { MERGE_PATCH, METADATA, METADATA_LIST, PROTOBUF, TABLE } from './accept.ts';
import { CONFIG_MAPS, configMap, get, patch, post, remove } from './steps.ts';

const W = `${CONFIG_MAPS}?watch=true`;
const INITIAL = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
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
    // The original keeps a resource's events as long as it runs, if they are few.
    { restart: true },
    get(CONFIG_MAPS, { save: { now: 'metadata.resourceVersion' } }),
    ...[
      ['json', {}],
      ['table', TABLE],
      ['metadata', METADATA],
      ['protobuf', PROTOBUF],
    ].flatMap(([watch, headers]): readonly Step[] => [
      {
        watch: watch as string,
        path: `${W}&resourceVersion={{old}}&timeoutSeconds=2`,
        headers: headers as Readonly<Record<string, string>>,
      },
      { read: watch as string, count: 'end' },
    ]),
    { watch: 'bookmarks', path: `${W}&resourceVersion={{old}}&allowWatchBookmarks=true&timeoutSeconds=2` },
    { read: 'bookmarks', count: 'end' },
    { watch: 'initial', path: `${W}&resourceVersion={{old}}&${INITIAL}&timeoutSeconds=2` },
    { read: 'initial', count: 'end' },
    { watch: 'first', path: `${W}&resourceVersion=1&timeoutSeconds=2` },
    { read: 'first', count: 'end' },
    { watch: 'now', path: `${W}&resourceVersion={{now}}` },
    patch(`${CONFIG_MAPS}/a`, { data: { k: '3' } }, MERGE_PATCH),
    { read: 'now', count: 1 },
    get(`${CONFIG_MAPS}?limit=2&continue={{page}}`, { headers: PROTOBUF }),
    get(`${CONFIG_MAPS}?limit=2&continue={{page}}`, { headers: METADATA_LIST }),
    get(`${CONFIG_MAPS}?limit=2&continue={{page}}&labelSelector=none`),
    get(`/api/v1/configmaps?limit=2&continue={{page}}`),
    remove(`${CONFIG_MAPS}?limit=2&continue={{page}}`),
  ],
};
