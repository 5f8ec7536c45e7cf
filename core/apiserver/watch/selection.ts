import type { ResourceDefinition } from '#core/api/definition';
import type { KubeObject } from '#core/machinery/object';
import {
  everyField,
  everything,
  exactFieldOf,
  type FieldSelector,
  type LabelSelector,
  parseFieldSelector,
  parseLabelSelector,
  SelectorFailure,
} from '#core/machinery/selectors';
import { badRequest } from '#core/machinery/status';

/** Which objects of a resource a list, a watch or a deletecollection is about. */
export interface Selection {
  /** '' for all. */
  readonly namespace: string;
  /** Only this one; '' for all. */
  readonly name: string;
  /** Nothing but namespace and name is asked. */
  readonly everything: boolean;
  readonly labels: LabelSelector;
  readonly fields: FieldSelector;
  /** Whether labels and fields match; namespace and name are taken care of by the key. */
  matches(object: KubeObject): boolean;
  /** A field that must have one value, for looking up by index instead of asking every watcher. */
  readonly index: { readonly field: string; readonly value: string } | undefined;
}

type FieldReader = (object: KubeObject) => string;

const readName: FieldReader = (object) => object.metadata.name ?? '';
const readNamespace: FieldReader = (object) => object.metadata.namespace ?? '';

/** How a selectable field is read; `undefined` for one that is not. */
export function fieldReader(definition: ResourceDefinition, field: string): FieldReader | undefined {
  if (field === 'metadata.name') return readName;
  if (field === 'metadata.namespace' && definition.namespaced) return readNamespace;
  const { selectableFields } = definition;
  return selectableFields !== undefined && Object.hasOwn(selectableFields, field) ? selectableFields[field] : undefined;
}

/** Throws a StatusError (400) for a selector that cannot be read or names a field that cannot be selected by. */
export function selectionOf(
  definition: ResourceDefinition,
  namespace: string,
  name: string,
  labelText: string,
  fieldText: string,
): Selection {
  const labels = labelText === '' ? everything : readable(() => parseLabelSelector(labelText));
  const fields = fieldText === '' ? everyField : readable(() => parseFieldSelector(fieldText));
  const tests: { readonly read: FieldReader; readonly value: string; readonly equal: boolean }[] = [];
  let index: Selection['index'];
  for (const { field, operator, value } of fields.requirements) {
    const read = fieldReader(definition, field);
    if (read === undefined) throw unknownField(definition, field);
    // By name alone the key finds it.
    tests.push({ read, value, equal: operator === '=' });
    if (operator === '=' && !field.startsWith('metadata.')) index ??= { field, value };
  }
  const demanded = name === '' ? (exactFieldOf(fields, 'metadata.name') ?? '') : name;
  return {
    namespace,
    name: demanded,
    everything: labels.everything && fields.everything,
    labels,
    fields,
    index,
    matches(object) {
      if (!labels.everything && !labels.matches(object.metadata.labels)) return false;
      for (let i = 0; i < tests.length; i++) {
        const { read, value, equal } = tests[i]!;
        if ((read(object) === value) !== equal) return false;
      }
      return true;
    },
  };
}

function readable<T>(parse: () => T): T {
  try {
    return parse();
  } catch (failure) {
    if (failure instanceof SelectorFailure) throw badRequest(failure.message);
    throw failure;
  }
}

/** Some kinds say it in words of their own. Upstream: pkg/apis/GROUP/VERSION/conversion.go. */
function unknownField(definition: ResourceDefinition, field: string) {
  const { group, resource, kind, storageVersion } = definition;
  if (`${group}/${resource}` === 'batch/jobs')
    return badRequest(`field label ${JSON.stringify(field)} not supported for Job`);
  if (`${group}/${resource}` === 'resource.k8s.io/resourceslices')
    return badRequest(`field label not supported for ${group}/${storageVersion}, Kind=${kind}: ${field}`);
  if (definition.selectableFields !== undefined || definition.edition !== undefined)
    return badRequest(`field label not supported: ${field}`);
  const known = '"metadata.name", "metadata.namespace"';
  return badRequest(`${JSON.stringify(field)} is not a known field selector: only ${known}`);
}
