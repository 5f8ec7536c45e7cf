import { badRequest, forbiddenField, invalid, invalidObject, notSupported, type Problem } from '#core/machinery/status';
import { first, type Query } from '../query.ts';

const COUNTS = ['sinceSeconds', 'tailLines', 'limitBytes'];
const STREAMS = ['All', 'Stderr', 'Stdout'];

/**
 * Refuses options that no kubelet could follow, before the pod is looked for. `streams`: one of them may be asked for
 * alone (gate PodLogsQuerySplitStreams). Throws a StatusError (400, 422).
 * Upstream: pkg/apis/core/validation/validation.go (ValidatePodLogOptions).
 */
export function requireLogOptions(query: Query, pod: string, streams: boolean): void {
  const counts = new Map<string, number>();
  for (const name of COUNTS) {
    const text = first(query, name);
    if (text === '') continue;
    if (!/^[+-]?[0-9]+$/.test(text))
      throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
    counts.set(name, Number(text));
  }
  const problems: Problem[] = [];
  const atLeast = (name: string, least: number, why: string) => {
    const count = counts.get(name);
    if (count !== undefined && count < least) problems.push(invalid(name, count, why));
  };
  atLeast('tailLines', 0, 'must be greater than or equal to 0');
  atLeast('limitBytes', 1, 'must be greater than 0');
  if (counts.has('sinceSeconds') && first(query, 'sinceTime') !== '')
    problems.push(forbiddenField('[]', 'at most one of `sinceTime` or `sinceSeconds` may be specified'));
  else atLeast('sinceSeconds', 1, 'must be greater than 0');
  const stream = first(query, 'stream');
  if (stream !== '' && !streams) problems.push(forbiddenField('stream', 'may not be specified'));
  else if (stream !== '' && !STREAMS.includes(stream)) problems.push(notSupported('stream', stream, STREAMS));
  else if (stream !== '' && stream !== 'All' && counts.has('tailLines'))
    problems.push(forbiddenField('[]', '`tailLines` and specific `stream` are mutually exclusive for now'));
  if (problems.length > 0) throw invalidObject({ group: '', resource: 'PodLogOptions', name: pod }, problems);
}
