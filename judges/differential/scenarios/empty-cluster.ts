import type { Scenario, Step } from '../scenario.ts';
import { METADATA_LIST, PROTOBUF, TABLE } from './accept.ts';
import { listed } from './resources.ts';

const paths = [...new Set(listed.map(({ everywhere }) => everywhere))];
const get = (path: string, headers?: Readonly<Record<string, string>>): Step => ({
  method: 'GET',
  path,
  ...(headers === undefined ? {} : { headers }),
});

/** A cluster in which nobody has done anything: what every list says. */
export const emptyCluster: Scenario = {
  name: 'empty-cluster',
  cluster: 'fresh',
  steps: [
    ...paths.map((path) => get(path)),
    ...paths.map((path) => get(path, TABLE)),
    ...paths.map((path) => get(path, METADATA_LIST)),
    ...paths.map((path) => get(path, PROTOBUF)),
  ],
};
