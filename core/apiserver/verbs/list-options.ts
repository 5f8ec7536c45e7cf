import { below } from '#core/base';
import { forbiddenField, notSupported, type Problem } from '#core/machinery/status';
import type { Context } from '../context.ts';
import { first, flag, integer } from '../query.ts';
import type { Kit } from './kit.ts';
import { refuseOptions } from './options.ts';

export interface ListOptions {
  readonly labelSelector: string;
  readonly fieldSelector: string;
  /** 0 for no limit. */
  readonly limit: number;
  readonly continue: string;
  readonly resourceVersion: string;
  readonly resourceVersionMatch: '' | 'Exact' | 'NotOlderThan';
  readonly sendInitialEvents: boolean;
  readonly allowWatchBookmarks: boolean;
  /** Milliseconds; `undefined` where none was asked for. */
  readonly timeout: number | undefined;
}

/**
 * Reads and checks the options of a list or a watch. Throws a StatusError (400, 422).
 * Upstream: apimachinery/pkg/apis/meta/internalversion/{defaults.go,validation/validation.go}.
 */
export function listOptions({ info: { query } }: Context, watch: boolean): ListOptions {
  const match = first(query, 'resourceVersionMatch');
  const resourceVersion = first(query, 'resourceVersion');
  const token = first(query, 'continue');
  const asked = flag(query, 'sendInitialEvents');
  const seconds = integer(query, 'timeoutSeconds');
  const legacy = watch && asked === undefined && match === '' && (resourceVersion === '' || resourceVersion === '0');
  refuseOptions(
    'ListOptions',
    watch ? watchProblems(match, asked, token, legacy) : listProblems(match, asked, token, resourceVersion),
  );
  return {
    labelSelector: first(query, 'labelSelector'),
    fieldSelector: first(query, 'fieldSelector'),
    limit: Math.max(0, integer(query, 'limit') ?? 0),
    continue: token,
    resourceVersion,
    resourceVersionMatch: match as ListOptions['resourceVersionMatch'],
    sendInitialEvents: legacy || asked === true,
    allowWatchBookmarks: flag(query, 'allowWatchBookmarks') === true,
    timeout: seconds === undefined || seconds <= 0 ? undefined : seconds * 1000,
  };
}

const MATCH = 'resourceVersionMatch';

function listProblems(match: string, asked: boolean | undefined, token: string, resourceVersion: string): Problem[] {
  const problems: Problem[] = [];
  if (asked !== undefined)
    problems.push(forbiddenField('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  if (match === '') return problems;
  if (resourceVersion === '') {
    problems.push(forbiddenField(MATCH, 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
  }
  if (token !== '') problems.push(forbiddenField(MATCH, 'resourceVersionMatch is forbidden when continue is provided'));
  if (match !== 'Exact' && match !== 'NotOlderThan')
    problems.push(notSupported(MATCH, match, ['Exact', 'NotOlderThan', '']));
  if (match === 'Exact' && resourceVersion === '0') {
    problems.push(forbiddenField(MATCH, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  }
  return problems;
}

/** A watch of old that begins with what there is counts as one that asks for NotOlderThan. */
function watchProblems(match: string, asked: boolean | undefined, token: string, legacy: boolean): Problem[] {
  const problems: Problem[] = [];
  if (legacy && token !== '')
    problems.push(forbiddenField(MATCH, 'resourceVersionMatch is forbidden when continue is provided'));
  if (asked !== undefined && match !== 'NotOlderThan') {
    problems.push(forbiddenField(MATCH, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
  }
  if (match === '') return problems;
  if (asked === undefined) {
    problems.push(
      forbiddenField(MATCH, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'),
    );
  }
  if (match !== 'NotOlderThan') problems.push(notSupported(MATCH, match, ['NotOlderThan']));
  if (token !== '') problems.push(forbiddenField(MATCH, 'resourceVersionMatch is forbidden when continue is provided'));
  return problems;
}

/** Watches without a timeout last half an hour to an hour, so that clients do not all come back at once. */
const MIN_WATCH = 30 * 60_000;

export const watchTimeout = ({ parts }: Kit, { timeout }: ListOptions): number =>
  timeout ?? MIN_WATCH + below(parts.random, MIN_WATCH);
