import type { LimitResponse, PriorityLevelConfiguration, QueuingConfiguration } from '#core/api/types';
import { forbiddenField, invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { range } from '#core/machinery/validation';

const EXEMPT = 'exempt';
const MAX_QUEUES = 10_000_000;
const MAX_HASH_BITS = 60;
const OLD_SHARES = 'flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares';

/** Bits of chance that it takes to deal a hand of queues. */
const entropyBits = (deck: number, hand: number): number => Math.ceil(Math.log2(deck) * hand);

function queuingProblems(queuing: QueuingConfiguration, path: string, problems: Problem[]): void {
  const { queues = 0, handSize = 0, queueLengthLimit = 0 } = queuing;
  const refuse = (field: keyof QueuingConfiguration, value: number, detail: string) =>
    problems.push(invalid(`${path}.${field}`, value, detail));
  if (queueLengthLimit <= 0) refuse('queueLengthLimit', queueLengthLimit, 'must be positive');
  if (queues <= 0) refuse('queues', queues, 'must be positive');
  else if (queues > MAX_QUEUES) refuse('queues', queues, `must not be greater than ${MAX_QUEUES}`);
  if (handSize <= 0) refuse('handSize', handSize, 'must be positive');
  else if (handSize > queues) refuse('handSize', handSize, `should not be greater than queues (${queues})`);
  else if (entropyBits(queues, handSize) > MAX_HASH_BITS) {
    const what = `required entropy bits of deckSize ${queues} and handSize ${handSize}`;
    refuse('handSize', handSize, `${what} should not be greater than ${MAX_HASH_BITS}`);
  }
}

function responseProblems(response: LimitResponse | undefined, path: string, problems: Problem[]): void {
  const type: string = response?.type ?? '';
  const queuing = response?.queuing;
  const place = `${path}.queuing`;
  if (type === 'Reject') {
    if (queuing === undefined) return;
    problems.push(forbiddenField(place, 'must be nil if limited.limitResponse.type is not Limited'));
  } else if (type !== 'Queue') problems.push(notSupported(`${path}.type`, type, ['Queue', 'Reject']));
  else if (queuing === undefined) {
    problems.push(required(place, 'must not be empty if limited.limitResponse.type is Limited'));
  } else queuingProblems(queuing, place, problems);
}

function sharesProblems(shares: number | null | undefined, path: string, problems: Problem[]): void {
  if ((shares ?? 0) >= 0) return;
  problems.push(invalid(`${path}.nominalConcurrencyShares`, shares, 'must be a non-negative integer'));
}

function specProblems({ spec, metadata }: PriorityLevelConfiguration, problems: Problem[]): void {
  const { type = '' as string, limited, exempt } = spec ?? {};
  if ((metadata.name === EXEMPT) !== (type === 'Exempt')) {
    problems.push(invalid('spec.type', type, "must be 'Exempt' if and only if `name` is 'exempt'"));
  }
  if (type === 'Exempt') {
    if (limited !== undefined) problems.push(forbiddenField('spec.limited', 'must be nil if the type is not Limited'));
    sharesProblems(exempt?.nominalConcurrencyShares, 'spec.exempt', problems);
    range(0, 100)(exempt?.lendablePercent, 'spec.exempt.lendablePercent', problems);
  } else if (type === 'Limited') {
    if (exempt !== undefined) problems.push(forbiddenField('spec.exempt', 'must be nil if the type is Limited'));
    if (limited === undefined) {
      problems.push(required('spec.limited', 'must not be empty when type is Limited'));
      return;
    }
    sharesProblems(limited.nominalConcurrencyShares, 'spec.limited', problems);
    responseProblems(limited.limitResponse, 'spec.limited.limitResponse', problems);
    range(0, 100)(limited.lendablePercent, 'spec.limited.lendablePercent', problems);
    const borrowed = limited.borrowingLimitPercent;
    if (borrowed !== undefined && borrowed < 0) {
      const detail = 'if specified, must be a non-negative integer';
      problems.push(invalid('spec.limited.borrowingLimitPercent', borrowed, detail));
    }
  } else problems.push(notSupported('spec.type', type, ['Exempt', 'Limited']));
}

/** Upstream: pkg/apis/flowcontrol/validation/validation.go (ValidatePriorityLevelConfiguration). */
export function priorityLevelProblems(one: PriorityLevelConfiguration, problems: Problem[]): void {
  if (one.metadata.annotations?.[OLD_SHARES] !== undefined) {
    problems.push(forbiddenField('metadata.annotations', `annotation '${OLD_SHARES}' is forbidden`));
  }
  specProblems(one, problems);
}
