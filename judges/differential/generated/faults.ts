import { below, type Json, type JsonObject, type Random, stringify } from '#core/base';
import type { Kind } from './kinds.ts';
import { badMaps, badNumbers, badQuantities, badTexts, badTimes } from './hints.ts';
import { isObject, type Place, placesOf, withAt } from './places.ts';
import { chance, oneOf } from './values.ts';

/** A body with one thing wrong, and what. */
export interface Faulty {
  readonly it: string;
  /** JSON; not made from an object, since a key may stand twice in it. */
  readonly text: string;
}

type Fault = (random: Random, kind: Kind, object: JsonObject) => Faulty | undefined;

const inner = (kind: Kind, object: JsonObject): readonly Place[] =>
  placesOf(kind.schema, object).filter(
    ({ path }) =>
      path.length > 0 && !(path.length === 1 && ['apiVersion', 'kind', 'metadata'].includes(String(path[0]))),
  );
const told = (place: Place): string => place.path.join('.');
const changed = (what: string, object: JsonObject, place: Place, next: Json | undefined): Faulty => ({
  it: `${what} ${told(place)}`,
  text: stringify(withAt(object, place.path, next)),
});

/** A value of another type than the one that stands there. */
function otherType(random: Random, value: Json): Json {
  const all: readonly Json[] = ['text', 5, 1.5, true, [], {}, ['a'], { a: 'b' }, [{}], null, '5', [null]];
  const kindOf = (one: Json) => (one === null ? 'null' : Array.isArray(one) ? 'list' : typeof one);
  return oneOf(
    random,
    all.filter((one) => kindOf(one) !== kindOf(value)),
  );
}

const scalars = new Set(['int32', 'int64', 'float64', 'intOrString']);

const wrongType: Fault = (random, kind, object) => {
  const place = oneOf(random, inner(kind, object));
  return changed('wrong type', object, place, otherType(random, place.value));
};
const missing: Fault = (random, kind, object) => {
  const all = inner(kind, object);
  const required = all.filter((place) => place.required);
  const place = oneOf(random, required.length > 0 && chance(random, 0.5) ? required : all);
  return changed('without', object, place, undefined);
};
const outOfRange: Fault = (random, kind, object) => {
  const numbers = inner(kind, object).filter(({ schema }) => scalars.has(schema.type));
  if (numbers.length === 0) return undefined;
  const place = oneOf(random, numbers);
  return changed('number', object, place, oneOf(random, badNumbers));
};
const badText: Fault = (random, kind, object) => {
  const texts = inner(kind, object).filter(({ schema }) => schema.type === 'string' || schema.type === 'intOrString');
  if (texts.length === 0) return undefined;
  const place = oneOf(random, texts);
  return changed('text', object, place, oneOf(random, badTexts));
};
const badScalar: Fault = (random, kind, object) => {
  const all = inner(kind, object).filter(({ schema }) =>
    ['quantity', 'time', 'microTime', 'bytes'].includes(schema.type),
  );
  if (all.length === 0) return undefined;
  const place = oneOf(random, all);
  const bad =
    place.schema.type === 'quantity'
      ? badQuantities
      : place.schema.type === 'bytes'
        ? ['!', 'YQ', 'YQ=', 'a b', 'YR==']
        : badTimes;
  return changed(place.schema.type, object, place, oneOf(random, bad));
};
const unknownField: Fault = (random, kind, object) => {
  const place = oneOf(
    random,
    placesOf(kind.schema, object).filter(({ schema, value }) => schema.type === 'object' && isObject(value)),
  );
  const name = oneOf(random, ['bogus', 'Name', 'NAME', 'foo.bar', '__proto__', 'constructor', 'Spec', '']);
  return changed(
    `unknown '${name}' in`,
    object,
    { ...place, path: [...place.path, name] },
    oneOf(random, [1, 'x', { a: 1 }, [1], null]),
  );
};
const otherCase: Fault = (random, kind, object) => {
  const place = oneOf(
    random,
    placesOf(kind.schema, object).filter(({ path }) => typeof path.at(-1) === 'string'),
  );
  const name = String(place.path.at(-1));
  const renamed = oneOf(random, [name.toUpperCase(), `${name[0]?.toUpperCase() ?? ''}${name.slice(1)}`]);
  const without = withAt(object, place.path, undefined);
  return {
    it: `other case ${told(place)}`,
    text: stringify(withAt(without, [...place.path.slice(0, -1), renamed], place.value)),
  };
};
const duplicateKey: Fault = (random, kind, object) => {
  const place = oneOf(
    random,
    placesOf(kind.schema, object).filter(({ value }) => isObject(value) && Object.keys(value).length > 0),
  );
  const inside = place.value as JsonObject;
  const key = oneOf(random, Object.keys(inside));
  const marker = '"@twice@":0';
  const text = stringify(withAt(object, place.path, { ...inside, '@twice@': 0 }));
  const again = chance(random, 0.5) ? inside[key]! : oneOf<Json>(random, ['other', 7, {}, null]);
  return {
    it: `twice ${told(place)}.${key}`,
    text: text.replace(marker, `${JSON.stringify(key)}:${stringify(again)}`),
  };
};
const badMap: Fault = (random, kind, object) => {
  const maps = placesOf(kind.schema, object)
    .filter(({ schema }) => schema.type === 'map')
    .map(({ path }) => path);
  const path =
    maps.length > 0 && chance(random, 0.6)
      ? oneOf(random, maps)
      : ['metadata', oneOf(random, ['labels', 'annotations'])];
  const [key, value] = oneOf(random, badMaps);
  return {
    it: `entry '${key.slice(0, 20)}' in ${path.join('.')}`,
    text: stringify(withAt(object, [...path, key], value)),
  };
};
const twin: Fault = (random, kind, object) => {
  const lists = inner(kind, object).filter(({ value }) => Array.isArray(value) && value.length > 0);
  if (lists.length === 0) return undefined;
  const place = oneOf(random, lists);
  const list = place.value as readonly Json[];
  return changed('twin in', object, place, [...list, list[below(random, list.length)]!]);
};
const emptied: Fault = (random, kind, object) => {
  const place = oneOf(random, inner(kind, object));
  const empty: Json = chance(random, 0.3)
    ? null
    : Array.isArray(place.value)
      ? []
      : isObject(place.value)
        ? {}
        : typeof place.value === 'string'
          ? ''
          : typeof place.value === 'number'
            ? 0
            : null;
  return changed('empty', object, place, empty);
};
const metadata: Fault = (random, _, object) => {
  const [field, value] = oneOf<readonly [string, Json]>(random, [
    ...badTexts.map((text) => ['name', text] as const),
    ['generateName', 'Bad_'],
    ['generateName', 'ok-'],
    ['generateName', 'a'.repeat(70)],
    ['namespace', 'other'],
    ['namespace', 'generated'],
    ['namespace', 'Bad_'],
    ['uid', 'abc'],
    ['resourceVersion', '1'],
    ['resourceVersion', 'x'],
    ['resourceVersion', ''],
    ['generation', -1],
    ['generation', 7],
    ['creationTimestamp', '2026-01-01T00:00:00Z'],
    ['deletionTimestamp', '2026-01-01T00:00:00Z'],
    ['deletionGracePeriodSeconds', 5],
    ['selfLink', '/x'],
    ['finalizers', ['bad']],
    ['finalizers', ['example.com/a', 'example.com/a']],
    ['finalizers', ['']],
    ['finalizers', ['foregroundDeletion', 'orphan']],
    ['finalizers', ['orphan']],
    ['finalizers', ['a b/c']],
    ['ownerReferences', [{}]],
    ['ownerReferences', [{ apiVersion: 'v1', kind: 'Event', name: 'x', uid: 'u' }]],
    [
      'ownerReferences',
      [
        { apiVersion: 'v1', kind: 'Pod', name: 'x', uid: 'u', controller: true },
        { apiVersion: 'v1', kind: 'Pod', name: 'y', uid: 'v', controller: true },
      ],
    ],
    ['ownerReferences', [{ apiVersion: 'v1', kind: 'Pod', name: '', uid: '' }]],
    ['ownerReferences', [{ apiVersion: 'a/b/c', kind: 'Pod', name: 'x', uid: 'u' }]],
    ['managedFields', [{ manager: 'x' }]],
    [
      'managedFields',
      [{ manager: 'x', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:metadata': {} } }],
    ],
    ['managedFields', [{ operation: 'Bogus' }]],
    ['managedFields', [{}]],
    ['annotations', { a: 'x'.repeat(262_145) }],
    ['labels', { '': '' }],
    ['labels', null],
    ['annotations', { a: 5 }],
  ]);
  const base = field === 'generateName' ? (withAt(object, ['metadata', 'name'], undefined) as JsonObject) : object;
  return {
    it: `metadata.${field} ${stringify(value).slice(0, 30)}`,
    text: stringify(withAt(base, ['metadata', field], value)),
  };
};
const identity: Fault = (random, kind, object) => {
  const [it, next] = oneOf<readonly [string, Json]>(random, [
    ['other kind', { ...object, kind: 'Other' }],
    ['no kind', withAt(object, ['kind'], undefined)],
    ['empty kind', { ...object, kind: '' }],
    ['other version', { ...object, apiVersion: 'v9' }],
    ['no version', withAt(object, ['apiVersion'], undefined)],
    ['other group', { ...object, apiVersion: 'example.com/v1' }],
    ['bad version', { ...object, apiVersion: 'a/b/c' }],
    ['number as kind', { ...object, kind: 5 }],
    ['neither', withAt(withAt(object, ['kind'], undefined), ['apiVersion'], undefined)],
    ['kind in other case', { ...object, kind: kind.kind.toLowerCase() }],
    ['a list', [object]],
    ['null', null],
    ['a text', 'x'],
    ['metadata null', { ...object, metadata: null }],
    ['no metadata', withAt(object, ['metadata'], undefined)],
  ]);
  return { it, text: stringify(next) };
};
const torn: Fault = (random, _, object) => {
  const text = stringify(object);
  return oneOf(random, [
    { it: 'cut off', text: text.slice(0, below(random, text.length)) },
    { it: 'more after', text: `${text}x` },
    { it: 'comma at the end', text: `${text.slice(0, -1)},}` },
    { it: 'single quotes', text: text.replaceAll('"', "'") },
    { it: 'empty', text: '' },
    { it: 'leading zero', text: text.replace(/:(\d)/, ':0$1') },
    { it: 'YAML', text: `apiVersion: ${String(object['apiVersion'])}` },
  ]);
};

const faults: readonly (readonly [Fault, weight: number])[] = [
  [wrongType, 16],
  [missing, 12],
  [outOfRange, 10],
  [badText, 20],
  [badScalar, 5],
  [unknownField, 8],
  [otherCase, 4],
  [duplicateKey, 6],
  [badMap, 7],
  [twin, 6],
  [emptied, 10],
  [metadata, 12],
  [identity, 3],
  [torn, 2],
];
const total = faults.reduce((sum, [, weight]) => sum + weight, 0);

/** The object with one fault, of every sort in turn by chance. */
export function faulty(random: Random, kind: Kind, object: JsonObject): Faulty {
  for (;;) {
    let left = below(random, total);
    const [fault] = faults.find(([, weight]) => (left -= weight) < 0)!;
    const made = fault(random, kind, object);
    if (made !== undefined) return made;
  }
}
