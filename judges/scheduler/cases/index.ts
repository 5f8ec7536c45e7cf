import { affinity } from './affinity.ts';
import { basics } from './basics.ts';
import { claims } from './claims.ts';
import { devices } from './devices.ts';
import { preemption } from './preemption.ts';
import { scores } from './scores.ts';

export type { Case } from './case.ts';
export const cases = [...basics, ...affinity, ...claims, ...devices, ...preemption, ...scores];
