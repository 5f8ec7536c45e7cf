import type { JsonObject } from '#core/base';
import { type Difference, differences } from '../differential/compare.ts';
import { normalise, type Normal } from '../differential/normalise.ts';
import { play } from '../differential/play.ts';
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
    const text = exact(Buffer.from(answer.body).toString()).replace(SYNTAX, '$1<why>"');
    const shown = history.timed === true ? text.replaceAll(TIME, (time) => stepOf(time, sent)) : text;
    return { title, answer: { ...answer, body: Buffer.from(shown) } };
  });
  const answers = normalise({ ...played, exchanges }).map(withOrderedCauses);
  return history.timed === true ? answers : answers.map(withOrderedManagers);
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

/** Integers that JavaScript would round, and floats as they are written, become text. */
const exact = (text: string): string =>
  text.replaceAll(/([:[,]\s*)(-?\d{16,}|-?\d+\.\d+|-?\d+(?:\.\d+)?[eE][+-]?\d+)(?=[,\]}\s])/g, '$1"number $2"');

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
