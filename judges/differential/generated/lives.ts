import { below, type JsonObject, type Random, seededRandom, stringify } from '#core/base';
import { faulty } from './faults.ts';
import type { Kind } from './kinds.ts';
import type { Life, Step } from './life.ts';
import { example, named, subject, withChange, withMore } from './objects.ts';
import { applied, jsonPatch, mergePatch, strategicPatch } from './patches.ts';
import { isObject, withAt } from './places.ts';
import { skeletons } from './skeletons.ts';
import { subresourceStep } from './subresources.ts';
import { chance, oneOf } from './values.ts';

/** How many lives of each sort a kind of weight 1 has. */
const COUNTS = { valid: 70, faulty: 130, updated: 13, history: 7 };
/** Dry runs on one stored object. */
const UPDATES = 11;
const WRITES = 5;

/** All lives of a kind. The same seed gives the same lives while schema, skeletons and hints stay; recordings keep the requests. */
export function livesOf(kind: Kind, seed: number): readonly Life[] {
  const random = seededRandom(seed ^ hash(kind.id));
  const lives: (readonly Step[])[] = [];
  const add = (count: number, make: (name: string) => readonly Step[]) => {
    for (let n = Math.round(count * kind.weight); n > 0; n--) lives.push(make(kind.nameOf(lives.length)));
  };
  add(COUNTS.valid, (name) => [validCreate(random, kind, name)]);
  add(COUNTS.faulty, (name) => [faultyCreate(random, kind, name)]);
  if (kind.stored !== 'never') {
    add(COUNTS.updated, (name) => updated(random, kind, name));
    add(COUNTS.history, (name) => history(random, kind, name));
  }
  return lives.map((steps, n) => ({ id: `${kind.id}#${n}`, steps }));
}

function hash(text: string): number {
  let sum = 0;
  for (let n = 0; n < text.length; n++) sum = (Math.imul(sum, 31) + text.charCodeAt(n)) | 0;
  return sum;
}

const validation = (random: Random): string =>
  oneOf(random, ['', '', '&fieldValidation=Strict', '&fieldValidation=Warn', '&fieldValidation=Ignore']);

function validCreate(random: Random, kind: Kind, name: string): Step {
  const object = example(random, kind, name, oneOf(random, [0, 1, 1, 2, 2, 3, 4]));
  const generated = chance(random, 0.05);
  const body = generated
    ? withAt(withAt(object, ['metadata', 'name'], undefined), ['metadata', 'generateName'], 'gen-')
    : object;
  return {
    it: generated ? 'create with generateName' : 'create',
    method: 'POST',
    path: `${kind.collection}?dryRun=All&fieldManager=judge${validation(random)}`,
    type: 'application/json',
    body: stringify(body),
  };
}

function faultyCreate(random: Random, kind: Kind, name: string): Step {
  const { it, text } = faulty(random, kind, example(random, kind, name, oneOf(random, [0, 0, 0, 1])));
  return {
    it: `create, ${it}`,
    method: 'POST',
    path: `${kind.collection}?dryRun=All&fieldManager=judge${validation(random)}`,
    type: 'application/json',
    body: text,
  };
}

const post = (kind: Kind, object: JsonObject): Step => ({
  it: 'create to keep',
  method: 'POST',
  path: `${kind.collection}?fieldManager=judge`,
  type: 'application/json',
  body: stringify(object),
});
const remove = (kind: Kind, name: string, query = ''): Step => ({
  it: 'delete',
  method: 'DELETE',
  path: `${kind.collection}/${name}${query}`,
});

/** One stored object, and what would become of it by many an update. */
function updated(random: Random, kind: Kind, name: string): readonly Step[] {
  const stored = subject(kind, name);
  const steps: Step[] = [post(kind, stored)];
  for (let n = 0; n < UPDATES; n++) steps.push(update(random, kind, name, stored));
  return [...steps, remove(kind, name)];
}

function update(random: Random, kind: Kind, name: string, stored: JsonObject): Step {
  const own = kind.subresources.filter((one) => subresourceStep[one.name] !== undefined || one.name === 'status');
  if (own.length > 0 && chance(random, 0.3)) {
    const { name: part } = oneOf(random, own);
    const path = `${kind.collection}/${name}/${part}`;
    return part === 'status'
      ? statusUpdate(random, kind, path, stored)
      : subresourceStep[part]!(random, kind, path, stored);
  }
  const path = `${kind.collection}/${name}?dryRun=All&fieldManager=judge${validation(random)}`;
  switch (below(random, 10)) {
    case 0:
    case 1:
    case 2:
      return put(random, kind, path, stored);
    case 3:
    case 4:
      return { method: 'PATCH', path, ...jsonPatch(random, kind, stored) };
    case 5:
      return { method: 'PATCH', path, ...mergePatch(random, kind, stored) };
    case 6:
    case 7:
      return { method: 'PATCH', path, ...strategicPatch(random, kind, stored) };
    default:
      return { method: 'PATCH', path: applyPath(random, kind, name, true), ...applied(random, kind, stored) };
  }
}

const applyPath = (random: Random, kind: Kind, name: string, dry: boolean): string =>
  `${kind.collection}/${name}?${dry ? 'dryRun=All&' : ''}fieldManager=${oneOf(random, ['judge', 'other', 'third'])}${chance(random, 0.5) ? '&force=true' : ''}`;

function put(random: Random, kind: Kind, path: string, stored: JsonObject): Step {
  const versioned = chance(random, 0.7)
    ? (withAt(stored, ['metadata', 'resourceVersion'], '$RV') as JsonObject)
    : stored;
  const base = { method: 'PUT', path, type: 'application/json' as const };
  if (chance(random, 0.25)) {
    const { it, text } = faulty(random, kind, versioned);
    return { ...base, it: `put, ${it}`, body: text };
  }
  if (chance(random, 0.1))
    return {
      ...base,
      it: 'put another',
      body: stringify(
        named(kind, String((stored['metadata'] as JsonObject)['name']), oneOf(random, skeletons[kind.id]!)),
      ),
    };
  const next = chance(random, 0.6) ? withChange(random, kind, versioned) : withMore(random, kind.schema, versioned);
  return { ...base, it: 'put', body: stringify(next) };
}

function statusUpdate(random: Random, kind: Kind, path: string, stored: JsonObject): Step {
  const query = `?dryRun=All&fieldManager=judge${validation(random)}`;
  const status = kind.schema.byName.get('status');
  const base = status === undefined ? stored : withAt(stored, ['status'], {});
  let next = base as JsonObject;
  if (status !== undefined) next = withMoreStatus(random, kind, next);
  if (chance(random, 0.3)) next = withChange(random, kind, next);
  switch (below(random, 4)) {
    case 0:
      return {
        it: 'merge patch of status',
        method: 'PATCH',
        path: path + query,
        type: 'application/merge-patch+json',
        body: stringify({ status: next['status'] ?? {} }),
      };
    case 1:
      return {
        it: 'apply of status',
        method: 'PATCH',
        path: `${path}?dryRun=All&fieldManager=other&force=true`,
        type: 'application/apply-patch+yaml',
        body: stringify(next),
      };
    case 2: {
      const { it, text } = faulty(random, kind, next);
      return { it: `put of status, ${it}`, method: 'PUT', path: path + query, type: 'application/json', body: text };
    }
    default:
      return {
        it: 'put of status',
        method: 'PUT',
        path: path + query,
        type: 'application/json',
        body: stringify(next),
      };
  }
}

/** More in the status only. */
function withMoreStatus(random: Random, kind: Kind, object: JsonObject): JsonObject {
  const field = kind.schema.byName.get('status')!;
  if (field.schema.type !== 'object') return object;
  let status = isObject(object['status']) ? object['status'] : {};
  for (let n = 2; n > 0; n--) status = withMore(random, field.schema, status);
  return { ...object, status };
}

/** One object, written by several managers, read and deleted. */
function history(random: Random, kind: Kind, name: string): readonly Step[] {
  const stored = subject(kind, name);
  const free = kind.stored === 'free' && kind.kind !== 'Namespace';
  const metadataOf = (what: string) => ({
    metadata: { labels: { [what]: oneOf(random, ['x', 'y']) }, annotations: { 'example.com/by': what } },
  });
  const steps: Step[] = [
    chance(random, 0.3)
      ? {
          it: 'apply to create',
          method: 'PATCH',
          path: applyPath(random, kind, name, false),
          type: 'application/apply-patch+yaml',
          body: stringify(stored),
        }
      : post(kind, stored),
  ];
  for (let n = 0; n < WRITES; n++) {
    const manager = oneOf(random, ['judge', 'other', 'third']);
    const path = `${kind.collection}/${name}?fieldManager=${manager}`;
    const sort = free ? random.next() : 0;
    if (sort < 0.2)
      steps.push({
        it: 'merge patch of metadata',
        method: 'PATCH',
        path,
        type: 'application/merge-patch+json',
        body: stringify(metadataOf(manager)),
      });
    else if (sort < 0.6)
      steps.push({ method: 'PATCH', path: applyPath(random, kind, name, false), ...applied(random, kind, stored) });
    else if (sort < 0.72) steps.push({ method: 'PATCH', path, ...jsonPatch(random, kind, stored) });
    else if (sort < 0.86) steps.push({ method: 'PATCH', path, ...strategicPatch(random, kind, stored) });
    else steps.push(put(random, kind, path, stored));
  }
  steps.push({ it: 'get', method: 'GET', path: `${kind.collection}/${name}` });
  steps.push(
    remove(
      kind,
      name,
      oneOf(random, [
        '',
        '?propagationPolicy=Foreground',
        '?propagationPolicy=Orphan',
        '?propagationPolicy=Background',
        '?gracePeriodSeconds=0',
        '?dryRun=All',
        '?propagationPolicy=Bogus',
      ]),
    ),
  );
  return [...steps, remove(kind, name)];
}
