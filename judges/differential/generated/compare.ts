import type { Json, JsonObject } from '#core/base';
import { differences } from '../compare.ts';
import { isObject } from './places.ts';
import type { Answer } from './play.ts';

/** How two answers differ, the gravest first. */
export type Level = 'status' | 'reason' | 'message' | 'body' | 'warnings';
export const LEVELS: readonly Level[] = ['status', 'reason', 'message', 'body', 'warnings'];

export interface Differs {
  readonly level: Level;
  /** The field or the rule that differs, without names and indexes: cases of one cause have it in common. */
  readonly field: string;
  readonly theirs: Json;
  readonly ours: Json;
}

/** How ours differs from theirs in what is gravest; `undefined` where both say the same. */
export function compareAnswers(theirs: Answer, ours: Answer): Differs | undefined {
  if (isUnforeseen(theirs) && ours.status >= 400 && ours.status < 500) return undefined;
  if (theirs.status !== ours.status) {
    const field = theirs.status >= 400 ? causesOf(theirs.body) : `accepted; ours refuses: ${causesOf(ours.body)}`;
    return {
      level: 'status',
      field: `${theirs.status} became ${ours.status}: ${field}`,
      theirs: said(theirs),
      ours: said(ours),
    };
  }
  if (theirs.status >= 400) {
    const refused = compareRefusals(theirs.body, ours.body);
    if (refused !== undefined) return refused;
  } else {
    const [first] = differences(theirs.body, ours.body);
    if (first !== undefined)
      return { level: 'body', field: plain(first.path), theirs: first.theirs as Json, ours: first.ours as Json };
  }
  const [left, right] = [theirs.warnings ?? [], ours.warnings ?? []];
  if (left.join('\n') === right.join('\n')) return undefined;
  return { level: 'warnings', field: 'warnings', theirs: [...left], ours: [...right] };
}

/** A failure that the original did not foresee: a bare 500 for bad input. Ours is a 4xx, as it means to be. */
const isUnforeseen = ({ status, body }: Answer): boolean =>
  status === 500 && isObject(body) && (body['reason'] === undefined || body['reason'] === 'InternalError');

interface Cause {
  readonly reason?: string;
  readonly field?: string;
  readonly message?: string;
}

function compareRefusals(theirs: Json, ours: Json): Differs | undefined {
  if (!isObject(theirs) || !isObject(ours))
    return theirs === ours ? undefined : { level: 'reason', field: 'no Status', theirs, ours };
  if (theirs['reason'] !== ours['reason'])
    return {
      level: 'reason',
      field: `reason ${String(theirs['reason'])} became ${String(ours['reason'])}`,
      theirs,
      ours,
    };
  const [left, right] = [listed(theirs), listed(ours)];
  const [missing, more] = [without(left, right, place), without(right, left, place)];
  if (missing.length + more.length > 0) {
    const field = missing.length > 0 ? `missing ${plain(place(missing[0]!))}` : `invented ${plain(place(more[0]!))}`;
    return { level: 'reason', field, theirs: theirs['message'] ?? null, ours: ours['message'] ?? null };
  }
  const [wrong] = without(left, right, whole);
  if (
    wrong !== undefined ||
    (left.length < 2 && essence(String(theirs['message'])) !== essence(String(ours['message'])))
  )
    return {
      level: 'message',
      field: wrong === undefined ? 'message' : plain(place(wrong)),
      theirs: theirs['message'] ?? null,
      ours: ours['message'] ?? null,
    };
  const [other] = differences(withoutMessages(theirs), withoutMessages(ours));
  return other === undefined
    ? undefined
    : { level: 'body', field: plain(other.path), theirs: other.theirs as Json, ours: other.ours as Json };
}

const listed = (status: JsonObject): readonly Cause[] => {
  const details = status['details'];
  const causes = isObject(details) ? details['causes'] : undefined;
  if (!Array.isArray(causes)) return [];
  return (causes as readonly Cause[]).map((cause) => ({ ...cause, message: essence(cause.message ?? '') }));
};

/**
 * What a person reads of a message. A struct or list that is echoed after `value: ` shows names of Go's internal types,
 * which nobody could parse, and a line break begins a difference of two Go values: neither is compared.
 */
export function essence(message: string): string {
  const line = message.split(/\n(?!")/, 1)[0]!;
  let text = '';
  let from = 0;
  for (const { index } of line.matchAll(/value: (?="?(?:[{[]|map\[))/g)) {
    if (index < from) continue;
    const start = index + 'value: '.length;
    text += line.slice(from, start) + '…';
    from = endOfValue(line, start);
  }
  return text + line.slice(from);
}

/** Where the JSON value that begins at `start` ends; a text is one value whatever it holds. */
function endOfValue(line: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let n = start; n < line.length; n++) {
    const letter = line[n];
    if (quoted && letter === '\\') n++;
    else if (letter === '"') quoted = !quoted;
    else if (!quoted && (letter === '{' || letter === '[')) depth++;
    else if (!quoted && (letter === '}' || letter === ']')) depth--;
    if (depth === 0 && !quoted) return n + 1;
  }
  return line.length;
}
const place = ({ reason, field }: Cause): string => `${field ?? ''} ${reason ?? ''}`;
const whole = (cause: Cause): string => `${place(cause)} ${cause.message ?? ''}`;

/** Those of the left that the right has not, each counted once. */
function without(left: readonly Cause[], right: readonly Cause[], of: (cause: Cause) => string): readonly Cause[] {
  const there = new Map<string, number>();
  for (const one of right) there.set(of(one), (there.get(of(one)) ?? 0) + 1);
  return left.filter((one) => {
    const count = there.get(of(one)) ?? 0;
    there.set(of(one), count - 1);
    return count <= 0;
  });
}

/** The causes of a refusal, or its message's beginning. */
function causesOf(body: Json): string {
  if (!isObject(body)) return 'no Status';
  const causes = listed(body);
  if (causes.length > 0) return plain(place(causes[0]!));
  return `${String(body['reason'])}: ${plain(String(body['message']))
    .replaceAll(/"[^"]*"/g, '"…"')
    .slice(0, 70)}`;
}

const said = ({ status, body }: Answer): Json =>
  status >= 400 && isObject(body) ? (body['message'] ?? null) : '(accepted)';
const plain = (path: string): string => path.replaceAll(/\[[^\]]*\]/g, '[]').replaceAll('\n', ' ');

/** A refusal without what was compared already. */
function withoutMessages(status: JsonObject): JsonObject {
  const details = status['details'];
  return { ...status, message: '', ...(isObject(details) ? { details: { ...details, causes: null } } : {}) };
}
