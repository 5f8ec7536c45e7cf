import type { History } from '../history.ts';
import { basics } from './basics.ts';
import { customs } from './customs.ts';
import { faults } from './faults.ts';
import { lists } from './lists.ts';
import { integers } from './integers.ts';
import { kinds, kubectl, subresources, times, versions } from './others.ts';
import { patches } from './patches.ts';

/** All histories, by the file of their recording. */
export const groups: Readonly<Record<string, readonly History[]>> = {
  basics,
  faults,
  lists,
  subresources,
  versions,
  kubectl,
  kinds,
  times,
  patches,
  integers,
  customs,
};
