import type { Kind } from '../cases.ts';
import { basics } from './basics.ts';
import { configuration } from './configuration.ts';
import { core } from './core.ts';
import { devices } from './devices.ts';
import { extension } from './extension.ts';
import { pods } from './pods.ts';
import { workloads } from './workloads.ts';

export const casesByKind: Readonly<Record<string, Kind>> = {
  ...basics,
  ...workloads,
  ...configuration,
  ...core,
  ...pods,
  ...extension,
  ...devices,
};
