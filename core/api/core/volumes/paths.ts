import { invalid, type Problem } from '#core/machinery/status';
import type { Rule } from '#core/machinery/validation';

/** A path that does not climb out of where it starts. */
export const withoutBacksteps: Rule<string> = (target, path, problems: Problem[]) => {
  if (target.split('/').includes('..')) problems.push(invalid(path, target, "must not contain '..'"));
};
