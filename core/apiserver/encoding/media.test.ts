import { expect, test } from 'vitest';
import { isStatusError } from '#core/machinery/status';
import { negotiate, type Offer } from './media.ts';

const offer: Offer = {
  protobuf: true,
  yaml: true,
  cbor: false,
  transforms: true,
  tables: true,
  single: false,
  stream: false,
};
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';

test.each<[string, Partial<Offer>, string]>([
  ['', {}, 'json'],
  ['*/*', {}, 'json'],
  ['application/json', {}, 'json'],
  ['application/json; charset=utf-8', {}, 'json'],
  ['text/html, application/json', {}, 'json'],
  ['application/json;q=0.5,application/yaml', {}, 'yaml'],
  ['application/yaml;q=0.5,application/json;q=0.9', {}, 'json'],
  ['application/vnd.kubernetes.protobuf', {}, 'protobuf'],
  ['application/vnd.kubernetes.protobuf,application/json', { protobuf: false }, 'json'],
  ['application/json;pretty=1', {}, 'json pretty'],
  [TABLE, {}, 'json Table v1'],
  [`${TABLE},application/json`, { transforms: false }, 'json'],
  [
    'application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
    {},
    'protobuf PartialObjectMetadataList v1',
  ],
  [
    'application/json;as=PartialObjectMetadata;v=v1beta1;g=meta.k8s.io',
    { single: true },
    'json PartialObjectMetadata v1beta1',
  ],
  ['application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io', {}, '406'],
  ['application/json;as=Foo;v=v1;g=meta.k8s.io', {}, '406'],
  ['application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io', {}, '406'],
  ['application/yaml', { stream: true }, '406'],
  ['application/json;stream=watch', { stream: true }, 'json'],
  ['text/plain', {}, '406'],
  ['application/cbor', {}, '406'],
  ['application/cbor,application/json', {}, 'json'],
  ['application/cbor', { cbor: true }, 'cbor'],
  ['application/json;q=0.9,application/cbor', { cbor: true }, 'cbor'],
  ['application/cbor', { cbor: true, stream: true }, 'cbor'],
  ['application/cbor-seq', { cbor: true, stream: true }, '406'],
  ['application/cbor-seq', { stream: true }, '406'],
  ['application/cbor;as=Table;v=v1;g=meta.k8s.io', { cbor: true }, '406'],
  [
    'application/cbor;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
    { cbor: true, single: true },
    'cbor PartialObjectMetadata v1',
  ],
])('%s with %o gives %s', (accept, less, wants) => {
  let shown: string;
  try {
    const { format, pretty, as } = negotiate({ accept }, undefined, { ...offer, ...less });
    shown = format + (pretty ? ' pretty' : '') + (as === undefined ? '' : ` ${as.kind} ${as.version}`);
  } catch (failure) {
    shown = isStatusError(failure) ? String(failure.code) : 'a bug';
  }
  expect(shown).toBe(wants);
});
