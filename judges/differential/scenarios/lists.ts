import type { Scenario } from '../scenario.ts';
import { METADATA_LIST, PROTOBUF, TABLE, YAML } from './accept.ts';
import { CONFIG_MAPS, configMap, get, post, remove } from './steps.ts';

const SECOND = { continue: 'metadata.continue', rv: 'metadata.resourceVersion' };
const rules = [
  '',
  '&resourceVersionMatch=Exact',
  '&resourceVersionMatch=NotOlderThan',
  '&resourceVersionMatch=Nothing',
];
const versions = [
  '',
  '&resourceVersion=0',
  '&resourceVersion={{first}}',
  '&resourceVersion={{rv}}',
  '&resourceVersion=x',
  '&resourceVersion=-1',
];

/** Lists by every combination of version and rule, in pages, by selectors. */
export const lists: Scenario = {
  name: 'lists',
  cluster: 'waiting',
  steps: [
    post(CONFIG_MAPS, configMap('a', { metadata: { labels: { n: '1', odd: 'yes' } } }), {
      save: { first: 'metadata.resourceVersion' },
    }),
    ...[2, 3, 4, 5].map((n) =>
      post(
        CONFIG_MAPS,
        configMap('abcde'[n - 1]!, { metadata: { labels: { n: `${n}`, ...(n % 2 === 1 ? { odd: 'yes' } : {}) } } }),
      ),
    ),
    get(CONFIG_MAPS, { save: SECOND }),
    ...rules.flatMap((rule) => versions.map((version) => get(`${CONFIG_MAPS}?labelSelector=odd${version}${rule}`))),
    ...rules.flatMap((rule) => versions.map((version) => get(`${CONFIG_MAPS}?limit=2${version}${rule}`))),
    ...versions.map((version) => get(`${CONFIG_MAPS}/a?x=y${version}`)),
    ...rules.map((rule) => get(`${CONFIG_MAPS}/a?x=y${rule}`)),
    // a version of the future is waited for
    get(`${CONFIG_MAPS}?resourceVersion=99999999`),
    get(`${CONFIG_MAPS}/a?resourceVersion=99999999`),
    get(`${CONFIG_MAPS}?limit=1&resourceVersion=99999999&resourceVersionMatch=Exact`),
    get(`${CONFIG_MAPS}?limit=2`, { save: SECOND }),
    remove(`${CONFIG_MAPS}/d`),
    post(CONFIG_MAPS, configMap('bb')),
    get(`${CONFIG_MAPS}?limit=2&continue={{continue}}`, { save: { third: 'metadata.continue' } }),
    get(`${CONFIG_MAPS}?limit=2&continue={{third}}`),
    get(`${CONFIG_MAPS}?continue={{continue}}`),
    get(`${CONFIG_MAPS}?limit=2&continue={{continue}}&resourceVersion={{rv}}`),
    get(`${CONFIG_MAPS}?limit=2&continue={{continue}}&resourceVersion=0`),
    get(`${CONFIG_MAPS}?limit=2&continue={{continue}}&resourceVersionMatch=Exact`),
    get(`${CONFIG_MAPS}?limit=2&continue=nonsense`),
    get(`${CONFIG_MAPS}?limit=2&continue=e30`),
    get(`${CONFIG_MAPS}?limit=1&labelSelector=odd`, { save: SECOND }),
    get(`${CONFIG_MAPS}?limit=1&labelSelector=odd&continue={{continue}}`),
    get(`${CONFIG_MAPS}?limit=2`, { headers: TABLE, save: SECOND }),
    get(`${CONFIG_MAPS}?limit=2&continue={{continue}}`, { headers: TABLE }),
    get(`${CONFIG_MAPS}?limit=2`, { headers: METADATA_LIST }),
    get(`${CONFIG_MAPS}?limit=2`, { headers: PROTOBUF }),
    get(`${CONFIG_MAPS}?limit=2`, { headers: YAML }),
    get(`${CONFIG_MAPS}?includeObject=None`, { headers: TABLE }),
    get(`${CONFIG_MAPS}?includeObject=Object`, { headers: TABLE }),
    get(`${CONFIG_MAPS}?includeObject=Metadata`, { headers: TABLE }),
    get(`${CONFIG_MAPS}?includeObject=Nothing`, { headers: TABLE }),
    get(`/api/v1/configmaps?fieldSelector=metadata.namespace%3D{{ns}},metadata.name%3Da`),
    get(`/api/v1/watch/namespaces/{{ns}}/configmaps?timeoutSeconds=1&fieldSelector=metadata.name%3Dnone`),
    get(`${CONFIG_MAPS}?sendInitialEvents=true`),
    get(`${CONFIG_MAPS}?shardSelector=x`),
    remove(`${CONFIG_MAPS}?labelSelector=odd&limit=1`),
    get(CONFIG_MAPS),
    remove(`${CONFIG_MAPS}?dryRun=All`),
    remove(CONFIG_MAPS),
    get(CONFIG_MAPS),
  ],
};
