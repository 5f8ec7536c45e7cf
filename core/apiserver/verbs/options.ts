import type { JsonObject } from '#core/base';
import {
  badRequest,
  invalid,
  invalidObject,
  notSupported,
  type Problem,
  required,
  forbiddenField,
  tooLong,
} from '#core/machinery/status';
import type { Context } from '../context.ts';
import { first, flag, integer, type Query } from '../query.ts';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

/** CreateOptions, UpdateOptions and PatchOptions. */
export interface WriteOptions {
  readonly dryRun: boolean;
  readonly fieldValidation: FieldValidation;
  /** Who owns the fields: the parameter, else the user agent up to its first slash. */
  readonly manager: string;
  /** For server-side apply: take what others own. */
  readonly force: boolean;
  /** As admission sees them. */
  readonly asSent: JsonObject;
}

export type OptionsKind = 'CreateOptions' | 'UpdateOptions' | 'PatchOptions' | 'DeleteOptions' | 'ListOptions';

const VALIDATIONS: ReadonlySet<string> = new Set(['', 'Ignore', 'Strict', 'Warn']);
const MAX_MANAGER = 128;

export const refuseOptions = (kind: OptionsKind, problems: readonly Problem[]): void => {
  if (problems.length > 0) throw invalidObject({ group: 'meta.k8s.io', resource: kind }, problems);
};

/** Throws a StatusError (422). Upstream: apimachinery/pkg/apis/meta/v1/validation/validation.go. */
export function writeOptions(context: Context, kind: OptionsKind, apply = false): WriteOptions {
  const { query } = context.info;
  const problems: Problem[] = [];
  const force = flag(query, 'force');
  const fieldManager = first(query, 'fieldManager');
  if (kind === 'PatchOptions') {
    if (apply && fieldManager === '') problems.push(required('fieldManager', 'is required for apply patch'));
    if (!apply && force !== undefined)
      problems.push(forbiddenField('force', 'may not be specified for non-apply patch'));
  }
  problems.push(...managerProblems(fieldManager));
  problems.push(...dryRunProblems(query.get('dryRun') ?? []));
  const fieldValidation = first(query, 'fieldValidation');
  if (!VALIDATIONS.has(fieldValidation)) {
    problems.push(notSupported('fieldValidation', fieldValidation, [...VALIDATIONS]));
  }
  refuseOptions(kind, problems);
  const dryRun = (query.get('dryRun') ?? []).length > 0;
  return {
    dryRun,
    fieldValidation: fieldValidation === '' ? 'Warn' : (fieldValidation as FieldValidation),
    manager: fieldManager === '' ? managerOf(context.userAgent) : fieldManager,
    force: force === true,
    asSent: {
      kind,
      apiVersion: 'meta.k8s.io/v1',
      ...(dryRun ? { dryRun: ['All'] } : {}),
      ...(fieldManager === '' ? {} : { fieldManager }),
      ...(fieldValidation === '' ? {} : { fieldValidation }),
      ...(force === undefined ? {} : { force }),
    },
  };
}

/** Upstream: apiserver/pkg/endpoints/handlers/create.go (prefixFromUserAgent). */
export function managerOf(userAgent: string): string {
  const slash = userAgent.indexOf('/');
  const prefix = slash < 0 ? userAgent : userAgent.slice(0, slash);
  return prefix.slice(0, MAX_MANAGER).replace(/[^\u0020-\u007e]/g, '');
}

function managerProblems(manager: string): Problem[] {
  if (manager.length > MAX_MANAGER) return [tooLong('fieldManager', MAX_MANAGER)];
  const odd = /[\p{C}\p{Zl}\p{Zp}]/u.exec(manager);
  if (odd !== null) {
    const code = odd[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
    return [invalid('fieldManager', manager, `invalid character U+${code} (at position ${odd.index})`)];
  }
  return [];
}

export const dryRunProblems = (values: readonly string[]): Problem[] =>
  values.every((value) => value === 'All') ? [] : [notSupported('dryRun', values, ['All'])];

export type Propagation = 'Orphan' | 'Background' | 'Foreground';

export interface DeleteOptions {
  readonly dryRun: boolean;
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: Propagation;
  /** The old form of `propagationPolicy`. */
  readonly orphanDependents?: boolean;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly asSent: JsonObject;
}

const POLICIES: ReadonlySet<unknown> = new Set(['Orphan', 'Background', 'Foreground']);

/** DeleteOptions of a query, in the shape of the object that a body holds. */
export function deleteQuery(query: Query): JsonObject {
  const grace = integer(query, 'gracePeriodSeconds');
  const orphan = flag(query, 'orphanDependents');
  const policy = query.get('propagationPolicy')?.[0];
  const dryRun = query.get('dryRun');
  return {
    ...(grace === undefined ? {} : { gracePeriodSeconds: grace }),
    ...(orphan === undefined ? {} : { orphanDependents: orphan }),
    ...(policy === undefined ? {} : { propagationPolicy: policy }),
    ...(dryRun === undefined ? {} : { dryRun }),
  };
}

/** Checks what was sent. Throws a StatusError (400, 422). */
export function deleteOptions(sent: JsonObject): DeleteOptions {
  const { gracePeriodSeconds, orphanDependents, propagationPolicy, dryRun, preconditions } = sent as {
    readonly gracePeriodSeconds?: number;
    readonly orphanDependents?: boolean;
    readonly propagationPolicy?: string;
    readonly dryRun?: readonly string[];
    readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  };
  const problems: Problem[] = [];
  if (propagationPolicy !== undefined) {
    if (orphanDependents !== undefined) {
      const why = 'orphanDependents and deletionPropagation cannot be both set';
      problems.push(invalid('propagationPolicy', propagationPolicy, why));
    }
    if (!POLICIES.has(propagationPolicy)) {
      problems.push(
        notSupported('propagationPolicy', propagationPolicy, ['Foreground', 'Background', 'Orphan', 'nil']),
      );
    }
  }
  problems.push(...dryRunProblems(dryRun ?? []));
  refuseOptions('DeleteOptions', problems);
  if (gracePeriodSeconds !== undefined && typeof gracePeriodSeconds !== 'number') {
    throw badRequest('gracePeriodSeconds must be a number');
  }
  return {
    dryRun: (dryRun ?? []).length > 0,
    // Upstream: a negative period counts as one second.
    ...(gracePeriodSeconds === undefined
      ? {}
      : { gracePeriodSeconds: gracePeriodSeconds < 0 ? 1 : gracePeriodSeconds }),
    ...(propagationPolicy === undefined ? {} : { propagationPolicy: propagationPolicy as Propagation }),
    ...(orphanDependents === undefined ? {} : { orphanDependents }),
    ...(preconditions === undefined ? {} : { preconditions }),
    asSent: { kind: 'DeleteOptions', apiVersion: 'meta.k8s.io/v1', ...sent },
  };
}
