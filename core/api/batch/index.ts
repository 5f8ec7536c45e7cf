import type { Strategy } from '#core/api/definition';
import { cronJobStrategy } from './cronjob/strategy.ts';
import { jobStrategy } from './job/strategy.ts';

/** Strategies of the batch group that are more than their traits. */
export const batch: Readonly<Record<string, Strategy>> = {
  'batch/cronjobs': cronJobStrategy,
  'batch/jobs': jobStrategy,
};
