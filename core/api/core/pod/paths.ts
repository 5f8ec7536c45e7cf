import { invalid } from '#core/machinery/status';
import type { Rule } from '#core/machinery/validation';
import { withoutBacksteps } from '../volumes/paths.ts';

/** A path within a volume, or within a folder of the node. */
export const descending: Rule<string> = (target, path, problems) => {
  if (target.startsWith('/')) problems.push(invalid(path, target, 'must be a relative path'));
  withoutBacksteps(target, path, problems);
};

/** A path that a kubelet may write: its own bookkeeping starts with two dots. */
export const writable: Rule<string> = (target, path, problems) => {
  descending(target, path, problems);
  if (target.startsWith('..') && !target.startsWith('../'))
    problems.push(invalid(path, target, "must not start with '..'"));
};
