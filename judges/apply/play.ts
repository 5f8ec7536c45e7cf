import { builtInSchemas } from '#core/api/definition';
import { type JsonObject, stringify } from '#core/base';
import { parseApiVersion } from '#core/machinery/object';
import { decodeProto, isEnvelope, openEnvelope } from '#core/machinery/protobuf';
import { type Difference, differences } from '../differential/compare.ts';
import { normalise, type Normal } from '../differential/normalise.ts';
import { play } from '../differential/play.ts';
import type { Answer } from '../differential/request.ts';
import type { Step } from '../differential/scenario.ts';
import type { Side } from '../differential/sides.ts';
import type { History } from './history.ts';

/** Between the steps of a timed history, in milliseconds: times are whole seconds. */
const APART = 2100;

/** What a server answers to a history, without what differs from run to run. */
export async function answersTo(side: Side, history: History): Promise<readonly Normal[]> {
  const steps = history.timed === true ? apart(history.steps) : history.steps;
  const played = await play(side, { name: slug(history.it), steps });
  const sent = played.exchanges.map(({ answer }) => answer.sentAt);
  const exchanges = played.exchanges.map(({ title, answer }) => {
    const { body, headers } = readable(answer);
    const text = exact(body).replace(SYNTAX, '$1<why>"');
    const shown = history.timed === true ? text.replaceAll(TIME, (time) => stepOf(time, sent)) : text;
    return { title, answer: { ...answer, headers, body: Buffer.from(shown) } };
  });
  const answers = normalise({ ...played, exchanges }).map(withOrderedCauses);
  return history.timed === true ? answers : answers.map(withOrderedManagers);
}

/** The text of an answer; protobuf as the JSON that it stands for. */
function readable({ body, headers }: Answer): { readonly body: string; readonly headers: Answer['headers'] } {
  if (!isEnvelope(body)) return { body: Buffer.from(body).toString(), headers };
  const { apiVersion, kind, message } = openEnvelope(body);
  const { group, version } = parseApiVersion(apiVersion);
  const object = decodeProto(builtInSchemas.kind(group, version, kind)!, message, { apiVersion, kind });
  return { body: stringify(object), headers: { ...headers, 'content-type': `json of ${headers['content-type']}` } };
}

const TIME = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g;

/** What a parser of YAML says of text that is none is its own. */
const SYNTAX = /(error converting YAML to JSON: yaml: )line \d+: (?!key)[^"]*"/;

const apart = (steps: readonly Step[]): readonly Step[] =>
  steps.flatMap((step, n) => (n === 0 ? [step] : [{ wait: APART }, step]));

/** The step during which a clock said this. */
function stepOf(time: string, sent: readonly number[]): string {
  const at = Date.parse(time);
  // Steps begin seconds apart, and a time was cut to its second.
  const step = sent.findLastIndex((begun) => begun - 1000 < at);
  return `<step ${step}>`;
}

/** A text, or a number of many digits or with a fraction. */
const EXACT = /"(?:[^"\\]|\\.)*"|(?<=[:[,]\s*)(-?\d{16,}|-?\d+\.\d+|-?\d+(?:\.\d+)?[eE][+-]?\d+)(?=[,\]}\s]|$)/g;

/** Integers that JavaScript would round, and floats as they are written, become text. */
const exact = (text: string): string =>
  text.replaceAll(EXACT, (found, number?: string) => (number === undefined ? found : `"number ${number}"`));

/** A name for the history's namespace. */
export const slug = (it: string): string =>
  it
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 55)
    .replace(/-$/, '');

/** The original lists the causes of several conflicts in no order of its own. */
function withOrderedCauses(one: Normal): Normal {
  const { reason, details } = (one.body ?? {}) as { readonly reason?: string; readonly details?: JsonObject };
  const causes = details?.['causes'];
  if (one.status !== 409 || reason !== 'Conflict' || !Array.isArray(causes)) return one;
  const sorted = causes.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return { ...one, body: { ...(one.body as object), details: { ...details, causes: sorted } } };
}

/** Managers are ordered by time, in whole seconds: which of two comes first is told only where steps stand seconds apart. */
function withOrderedManagers(one: Normal): Normal {
  const { metadata } = (one.body ?? {}) as { readonly metadata?: JsonObject };
  const managers = metadata?.['managedFields'];
  if (!Array.isArray(managers)) return one;
  const name = ({ operation, manager, apiVersion, subresource }: Record<string, string>) =>
    [operation, manager, apiVersion, subresource].join();
  const sorted = managers.toSorted((a, b) => (name(a) < name(b) ? -1 : 1));
  return { ...one, body: { ...(one.body as object), metadata: { ...metadata, managedFields: sorted } } };
}

const messageOf = (answer: Normal | undefined): string =>
  String((answer?.body as { readonly message?: unknown } | undefined)?.message ?? '');

/** Where ours differs from what the original answered, readable. */
export function unequal(theirs: readonly Normal[], ours: readonly Normal[]): readonly string[] {
  const found: string[] = [];
  const say = (value: unknown) => (JSON.stringify(value) ?? 'absent').slice(0, 900);
  for (let n = 0; n < Math.max(theirs.length, ours.length); n++) {
    const [left, right] = [theirs[n], ours[n]];
    if (left?.status !== right?.status) {
      const told = (answer: Normal | undefined) => `${answer?.status} ${messageOf(answer)}`;
      found.push(`step ${n} ${right?.title ?? ''}: theirs ${told(left)}, ours ${told(right)}`);
      continue;
    }
    for (const one of differences(left, right) as readonly Difference[]) {
      found.push(`step ${n} ${right?.title ?? ''}: ${one.path}: theirs ${say(one.theirs)}, ours ${say(one.ours)}`);
    }
  }
  return found;
}
