import { builtInSchemas } from '#core/api/definition';
import { type JsonObject, stringify } from '#core/base';
import { apiVersionOf, parseApiVersion } from '#core/machinery/object';
import { NormaliseFailure, normalise } from '#core/machinery/schema';
import type { StatusError } from '#core/machinery/status';
import type { Context, Endpoint } from '../context.ts';
import { unknownConversion, unregistered } from '../encoding/decode.ts';
import { isCustom } from '../encoding/emit.ts';
import { namelessProblem } from './decode.ts';
import type { Kit, Target } from './kit.ts';
import type { WriteOptions } from './options.ts';

/** Kinds that belong to every group, and to no group's internal version. */
const META = 'io.k8s.apimachinery.pkg.apis.meta.';

/**
 * As what a patched document is read: as what it says it is, be it another version of the kind or another group's name for it
 * (Events). A text is why that cannot be. Upstream: apiserver/pkg/endpoints/handlers/patch.go (jsonPatcher).
 */
export function readAs(
  { parts: { registry } }: Kit,
  document: JsonObject,
  { kind, apiVersion }: { readonly kind: string; readonly apiVersion: string },
  { definition, version, stored }: Target,
): Endpoint | string {
  const { group } = definition;
  if (kind === definition.kind && apiVersion === apiVersionOf(group, version)) return { definition, version };
  if (apiVersion.split('/').length > 2) return `unexpected GroupVersion string: ${apiVersion}`;
  const given = parseApiVersion(apiVersion);
  const other = registry.kind(given.group, kind);
  if (other?.storage === definition.storage && !isCustom(definition)) {
    if (other.versions.some((one) => one.version === given.version))
      return { definition: other, version: given.version };
  }
  const schema = builtInSchemas.kind(given.group, given.version, kind);
  if (schema === undefined) return unregistered(kind, apiVersion);
  try {
    normalise(schema, document);
  } catch (failure) {
    if (failure instanceof NormaliseFailure) return failure.message;
    throw failure;
  }
  if (kind !== definition.kind || given.group !== group) return unknownConversion(kind, apiVersion, stored);
  return `the kind and apiVersion of an object cannot be changed (${stringify(apiVersion)} ${stringify(kind)})`;
}

/** Why a document without a version is refused: the original reads it as its own internal form, where no field has such a name. */
export function withoutVersion(
  document: JsonObject,
  kind: string,
  { definition, name }: Target,
  { fieldValidation }: WriteOptions,
  context: Context,
): string | StatusError {
  if (kind !== definition.kind) return unknownInternal(kind, definition);
  const fields = Object.keys(document).filter((field) => field !== 'kind' && field !== 'apiVersion');
  const doubts = fields.toSorted().map((field) => `unknown field ${JSON.stringify(field)}`);
  if (doubts.length > 0 && fieldValidation === 'Strict') return `strict decoding error: ${doubts.join(', ')}`;
  if (fieldValidation === 'Warn') context.warnings.push(...doubts);
  return namelessProblem(name);
}

/** The original's internal forms bear the name of their group's package. */
function unknownInternal(kind: string, { group, kind: own, versions }: Endpoint['definition']): string {
  const isOfGroup = versions.some(({ version }) => {
    const { name = META } = builtInSchemas.kind(group, version, kind) ?? {};
    return !name.startsWith(META);
  });
  if (!isOfGroup) {
    const words = `${JSON.stringify(kind)} is registered for the internal version of group ${JSON.stringify(group)}`;
    return `no kind ${words} in scheme "pkg/runtime/scheme.go:111"`;
  }
  const home = group === '' ? 'core' : group.split('.', 1)[0];
  return `converting (${home}.${kind}) to (${home}.${own}): unknown conversion`;
}
