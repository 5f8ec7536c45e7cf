import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { requestInfoOf } from '#core/apiserver';
import type { Step } from '../scenario.ts';
import { awaited, scenarios } from './index.ts';
import { served } from './resources.ts';

/** `apps/v1 deployments/status patch`, for all that a scenario asks. */
function asked(step: Step): string | undefined {
  // Some paths are meant not to be read.
  if ((!('method' in step) && !('watch' in step)) || step.path.includes('%zz')) return undefined;
  const method = 'method' in step ? step.method : 'GET';
  const info = requestInfoOf(method, step.path.replaceAll(/\{\{\w+\}\}/g, 'x'));
  if (!info.isResource) return undefined;
  return nameOf(info.group, info.version, info.resource, info.subresource, info.verb);
}
const nameOf = (group: string, version: string, resource: string, subresource: string, verb: string): string =>
  `${group === '' ? '' : `${group}/`}${version} ${resource}${subresource === '' ? '' : `/${subresource}`} ${verb}`;

const all = [...scenarios, ...awaited];
const covered = new Set(all.flatMap(({ steps }) => steps.map(asked)).filter((one) => one !== undefined));

test('every verb of every resource and subresource that is served is asked of both', () => {
  const wanted = served.flatMap(({ group, version, resource, definition: { verbs, subresources } }) => [
    ...verbs.map((verb) => nameOf(group, version, resource, '', verb)),
    ...subresources.flatMap((sub) => sub.verbs.map((verb) => nameOf(group, version, resource, sub.name, verb))),
  ]);
  expect(wanted.length).toBeGreaterThan(400);
  expect(wanted.filter((one) => !covered.has(one))).toEqual([]);
});

test('every scenario has a recording, and every recording a scenario', () => {
  const recorded = readdirSync(join(import.meta.dirname, '../recorded'))
    .filter((name) => name.includes('.jsonl'))
    .map((name) => name.replace(/\.jsonl(\.gz)?$/, ''));
  expect(recorded.toSorted()).toEqual(all.map(({ name }) => name).toSorted());
});
