import { builtInSchemas } from '#core/api/definition';
import { type JsonObject, parseJson } from '#core/base';
import { expect, test } from 'vitest';
import { joinRepeats } from './repeats.ts';

const schema = (group: string, kind: string) => builtInSchemas.kind(group, 'v1', kind)!;
const joined = (group: string, kind: string, text: string) => {
  const { value, repeats = [] } = parseJson(new TextEncoder().encode(text));
  return joinRepeats(schema(group, kind), value as JsonObject, repeats);
};

test.each([
  {
    it: 'null over a text leaves it',
    text: '{"metadata":{"name":"a","name":null}}',
    wants: { metadata: { name: 'a' } },
    doubtful: ['metadata.name'],
  },
  {
    it: 'a struct over a struct adds to it',
    text: '{"metadata":{"name":"a"},"metadata":{"namespace":"b"}}',
    wants: { metadata: { name: 'a', namespace: 'b' } },
    doubtful: ['metadata'],
  },
  {
    it: 'a list over a list takes its place',
    text: '{"metadata":{"finalizers":["a"],"finalizers":["b"]}}',
    wants: { metadata: { finalizers: ['b'] } },
    doubtful: ['metadata.finalizers'],
  },
  {
    it: 'null over anything leaves it',
    kind: ['apps', 'ControllerRevision'],
    text: '{"data":{"a":1},"data":null}',
    wants: { data: { a: 1 } },
    doubtful: ['data'],
  },
  {
    it: 'a value of a map takes the place of the one before',
    kind: ['resource.k8s.io', 'ResourceSlice'],
    text: '{"spec":{"devices":[{"attributes":{"a":{"string":"x"},"a":{}}}]}}',
    wants: { spec: { devices: [{ attributes: { a: {} } }] } },
    doubtful: ['spec.devices[0].attributes.a'],
  },
  {
    it: 'null over a pointer unsets it',
    text: '{"immutable":true,"immutable":null}',
    wants: { immutable: null },
    doubtful: ['immutable'],
  },
])('$it', ({ kind: [group, kind] = ['', 'ConfigMap'], text, wants, doubtful }) =>
  expect(joined(group!, kind!, text)).toMatchObject({ value: wants, doubtful }),
);

test('what another value took the place of is told, to be read as well', () => {
  expect(joined('', 'ConfigMap', '{"data":{"a":1},"data":{"b":"c"}}').earlier).toEqual([{ data: { a: 1 } }]);
});

test('what anything may stand in is not looked into', () => {
  expect(joined('apps', 'ControllerRevision', '{"data":{"a":1,"a":2}}')).toEqual({
    value: { data: { a: 2 } },
    doubtful: [],
    earlier: [],
  });
});
