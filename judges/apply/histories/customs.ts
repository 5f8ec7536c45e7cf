import type { JsonObject } from '#core/base';
import type { RequestStep } from '../../differential/scenario.ts';
import { subject, type History } from '../history.ts';

const GROUP = '{{ns}}.example.io';
const things = subject(`${GROUP}/v1`, 'Thing', 'things');

/** Makes a kind of its own for the history, with this spec, and waits until it is served. */
const kind = (spec: JsonObject, more: JsonObject = {}): readonly RequestStep[] => [
  {
    method: 'POST',
    path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    body: {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `things.${GROUP}` },
      spec: {
        group: GROUP,
        scope: 'Namespaced',
        names: { plural: 'things', kind: 'Thing' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: 'object',
                properties: {
                  spec: { type: 'object', properties: spec },
                  status: { type: 'object', properties: { replicas: { type: 'integer' } } },
                },
              },
            },
            ...more,
          },
        ],
      },
    },
    quiet: true,
  },
  { method: 'GET', path: `/apis/${GROUP}/v1/namespaces/{{ns}}/things`, until: 200, quiet: true },
  // Apply needs the kind's schema, which comes a moment after the kind.
  { method: 'GET', path: `/openapi/v3/apis/${GROUP}/v1`, until: 200, quiet: true },
];
const text = { type: 'string' };
const items = (more: JsonObject): JsonObject => ({
  type: 'array',
  items: {
    type: 'object',
    properties: { name: text, kind: { type: 'string', default: 'a' }, value: text },
    required: ['name'],
  },
  ...more,
});
const spec = (more: JsonObject): JsonObject => ({ spec: more });

/** Applies and patches of custom resources, whose lists and maps are what their schemas say. */
export const customs: readonly History[] = [
  {
    it: 'custom: scalars and maps',
    steps: [
      ...kind({ a: text, b: text, map: { type: 'object', additionalProperties: text } }),
      things.apply('a', spec({ a: '1', map: { x: '1' } })),
      things.apply('b', spec({ b: '1', map: { y: '1' } })),
      things.apply('b', spec({ a: '2' })),
      things.apply('a', spec({ map: {} })),
      things.merge('u', spec({ map: { z: '1' } })),
    ],
  },
  {
    it: 'custom: a list that is atomic',
    steps: [
      ...kind({ list: items({}) }),
      things.apply('a', spec({ list: [{ name: 'x' }] })),
      things.apply('b', spec({ list: [{ name: 'y' }] })),
      things.apply('b', spec({ list: [{ name: 'y' }] }), { force: true }),
    ],
  },
  {
    it: 'custom: a list by keys, one with a default',
    steps: [
      ...kind({ list: items({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name', 'kind'] }) }),
      things.apply('a', spec({ list: [{ name: 'x', value: '1' }] })),
      things.apply('b', spec({ list: [{ name: 'x', kind: 'b', value: '2' }] })),
      things.apply('c', spec({ list: [{ name: 'x', kind: 'a', value: '3' }] })),
      things.apply(
        'c',
        spec({
          list: [
            { name: 'x', value: '3' },
            { name: 'x', kind: 'a' },
          ],
        }),
      ),
      things.apply('a', spec({ list: [] })),
      things.get(),
    ],
  },
  {
    it: 'custom: a set',
    steps: [
      ...kind({ set: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' } }),
      things.apply('a', spec({ set: ['x', 'y'] })),
      things.apply('b', spec({ set: ['z'] })),
      things.apply('a', spec({ set: ['y'] })),
      things.apply('a', spec({ set: ['y', 'y'] })),
    ],
  },
  {
    it: 'custom: what the schema does not name',
    steps: [
      ...kind({ free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }),
      things.apply('a', spec({ free: { a: { b: 1 }, l: [1, 2] } })),
      things.apply('b', spec({ free: { a: { c: 2 } } })),
      things.apply('b', spec({ free: { l: [3] } })),
      things.apply('a', spec({ nothing: 1 })),
      things.apply(
        'a',
        `apiVersion: ${GROUP}/v1
kind: Thing
metadata: {name: x}
spec: {free: {n: 9007199254740993}}
`,
      ),
    ],
  },
  {
    it: 'custom: a map that is atomic',
    steps: [
      ...kind({ map: { type: 'object', 'x-kubernetes-map-type': 'atomic', properties: { a: text, b: text } } }),
      things.apply('a', spec({ map: { a: '1' } })),
      things.apply('b', spec({ map: { b: '1' } })),
    ],
  },
  {
    it: 'custom: status and scale',
    steps: [
      ...kind(
        { replicas: { type: 'integer' } },
        {
          subresources: {
            status: {},
            scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
          },
        },
      ),
      things.apply('a', { spec: { replicas: 1 }, status: { replicas: 9 } }),
      things.apply('s', { spec: { replicas: 5 }, status: { replicas: 1 } }, { subresource: 'status' }),
      things.apply(
        'c',
        { apiVersion: 'autoscaling/v1', kind: 'Scale', spec: { replicas: 3 } },
        { subresource: 'scale' },
      ),
      things.apply(
        'c',
        { apiVersion: 'autoscaling/v1', kind: 'Scale', spec: { replicas: 3 } },
        { subresource: 'scale', force: true },
      ),
      things.merge('m', { spec: { replicas: 4 } }, { subresource: 'scale' }),
      things.get(),
    ],
  },
  {
    it: 'custom: patches',
    steps: [
      ...kind({ a: text, n: { type: 'integer' }, list: items({}) }),
      things.create('c', spec({ a: '1', n: 1 })),
      things.json('j', [{ op: 'add', path: '/spec/list', value: [{ name: 'x' }] }]),
      things.merge('m', spec({ n: null, nothing: 1 })),
      things.strategic('s', spec({ a: '2' })),
      things.merge('m', spec({ n: 'text' })),
      things.merge('m', '{"spec":{"n":9007199254740993}}'),
      things.get(),
    ],
  },
];
