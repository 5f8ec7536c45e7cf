import { execFileSync } from 'node:child_process';

/** The commit that is measured, ten digits of it. */
export const commit = (): string =>
  execFileSync('git', ['rev-parse', '--short=10', 'HEAD'], { encoding: 'utf8' }).trim();
