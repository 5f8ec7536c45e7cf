import type { Kind } from '../cases.ts';
import { workloads } from './workloads.ts';

export const casesByKind: Readonly<Record<string, Kind>> = { ...workloads };
