import type { Json, JsonObject } from '#core/base';
import { dns1035LabelProblems, pathSegmentProblems } from '#core/machinery/names';
import type { KubeObject } from '#core/machinery/object';
import type { Schema } from '#core/machinery/schema';
import { invalid, type Problem, required } from '#core/machinery/status';
import { metadataProblems } from '#core/machinery/validation';
import { isObject } from './past.ts';

/**
 * Objects within an object: each has its kind and version, and metadata as everybody's. Upstream:
 * apiextensions-apiserver/pkg/apiserver/schema/objectmeta/validation.go.
 */
export function embeddedProblems(schema: Schema, value: Json, path = ''): readonly Problem[] {
  if (Array.isArray(value)) {
    if (schema.type !== 'list') return [];
    return value.flatMap((item: Json, i) => embeddedProblems(schema.items, item, `${path}[${i}]`));
  }
  if (!isObject(value) || (schema.type !== 'object' && schema.type !== 'map')) return [];
  const isEmbedded = schema.type === 'object' && schema.embedded === true;
  const own = isEmbedded ? ownProblems(value, path) : [];
  const inner = Object.entries(value).flatMap(([name, one]) => {
    if (schema.type === 'map') return embeddedProblems(schema.values, one, `${path}[${name}]`);
    const field = schema.byName.get(name);
    const isMeta = name === 'metadata' && (isEmbedded || schema.structural === true);
    return field === undefined || isMeta
      ? []
      : embeddedProblems(field.schema, one, path === '' ? name : `${path}.${name}`);
  });
  return [...own, ...inner];
}

function textProblems(
  value: Json | undefined,
  path: string,
  detail: (text: string) => string | undefined,
): readonly Problem[] {
  if (value === undefined) return [required(path)];
  if (typeof value !== 'string') return [invalid(path, value, 'must be a string')];
  const why = value === '' ? 'must not be empty' : detail(value);
  return why === undefined ? [] : [invalid(path, value, why)];
}

function ownProblems(object: JsonObject, path: string): readonly Problem[] {
  const { apiVersion, kind, metadata } = object;
  const versionDetail = (text: string) =>
    text.split('/').length > 2 ? `unexpected GroupVersion string: ${text}` : undefined;
  const kindDetail = (text: string) => {
    const wrong = dns1035LabelProblems(text.toLowerCase());
    return wrong.length === 0 ? undefined : `may have mixed case, but should otherwise match: ${wrong.join(',')}`;
  };
  return [
    ...textProblems(apiVersion, `${path}.apiVersion`, versionDetail),
    ...textProblems(kind, `${path}.kind`, kindDetail),
    ...(isObject(metadata) ? metaProblems(metadata, `${path}.metadata`) : []),
  ];
}

function metaProblems(metadata: JsonObject, path: string): readonly Problem[] {
  // A name need not be given.
  const named = { name: 'fakename', ...metadata } as KubeObject['metadata'];
  const object = { metadata: named.name === '' ? { ...named, name: 'fakename' } : named } as KubeObject;
  const namespaced = (named.namespace ?? '') !== '';
  return metadataProblems(object, { namespaced, validateName: pathSegmentProblems }, path);
}
