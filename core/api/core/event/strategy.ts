import { checkedStrategy } from '#core/api/rules';
import type { Event } from '#core/api/types';
import { sameJson } from '#core/base';
import { byteLength, dnsSubdomainProblems, qualifiedNameProblems } from '#core/machinery/names';
import { invalid, type Problem, required } from '#core/machinery/status';
import { matching, unchanged } from '#core/machinery/validation';

const MAX_INSTANCE = 128;
const MAX_ACTION = 128;
const MAX_REASON = 128;
const MAX_NOTE = 1024;
const MISMATCH = 'does not match event.namespace';

const hasTime = ({ eventTime }: Event): boolean => eventTime !== undefined && eventTime !== null;

function bounded(value: string, most: number, path: string, problems: Problem[]): void {
  if (value === '') problems.push(required(path));
  if (byteLength(value) > most) problems.push(invalid(path, '', `can have at most ${most} characters`));
}

/** What holds for events of both groups. `controller` is what the reporter's field is called in the request's. */
function commonProblems(event: Event, controller: string, problems: Problem[]): void {
  const { namespace = '' } = event.metadata;
  const about = event.involvedObject?.namespace ?? '';
  const mismatch = () => problems.push(invalid('involvedObject.namespace', about, MISMATCH));
  if (!hasTime(event)) {
    if (about === '' ? namespace !== '' && namespace !== 'default' : namespace !== about) mismatch();
  } else {
    if (about === '' && namespace !== 'default' && namespace !== 'kube-system') mismatch();
    const { reportingComponent = '', reportingInstance = '', action = '', reason = '', message = '' } = event;
    if (reportingComponent === '') problems.push(required(controller));
    matching(qualifiedNameProblems)(reportingComponent, controller, problems);
    bounded(reportingInstance, MAX_INSTANCE, 'reportingInstance', problems);
    bounded(action, MAX_ACTION, 'action', problems);
    bounded(reason, MAX_REASON, 'reason', problems);
    if (byteLength(message) > MAX_NOTE) {
      problems.push(invalid('message', '', `can have at most ${MAX_NOTE} characters`));
    }
  }
  matching(dnsSubdomainProblems)(namespace, 'namespace', problems);
}

/** Upstream: pkg/registry/core/event/strategy.go, pkg/apis/core/validation/events.go. */
export const eventStrategy = checkedStrategy<Event>('/events', 'Event', 'v1', {
  create: (event, problems) => commonProblems(event, 'reportingComponent', problems),
});

function seriesProblems({ series }: Event, problems: Problem[]): void {
  if (series === undefined) return;
  if ((series.count ?? 0) < 2) problems.push(invalid('series.count', '', 'should be at least 2'));
  if (!series.lastObservedTime) problems.push(required('series.lastObservedTime'));
}

function newEventProblems(event: Event, problems: Problem[]): void {
  seriesProblems(event, problems);
  if (!hasTime(event)) problems.push(required('eventTime'));
  const { type = '', source, count = 0, firstTimestamp, lastTimestamp } = event;
  if (type !== 'Normal' && type !== 'Warning') problems.push(invalid('type', '', `has invalid value: ${type}`));
  const unset = (field: string) => problems.push(invalid(field, '', 'needs to be unset'));
  if (firstTimestamp) unset('firstTimestamp');
  if (lastTimestamp) unset('lastTimestamp');
  if (count !== 0) unset('count');
  if (source?.component || source?.host) unset('source');
}

/** All but the series of an event is for life. */
const FIXED = [
  'involvedObject',
  'reason',
  'message',
  'source',
  'firstTimestamp',
  'lastTimestamp',
  'count',
  'reason',
  'type',
  'eventTime',
  'action',
  'related',
] as const;

const TEXTS: ReadonlySet<string> = new Set(['action', 'reason', 'message', 'type']);

/** The newer group's view of the same events. */
export const eventsGroupStrategy = {
  ...checkedStrategy<Event>('/events', 'Event', 'v1', {
    create: (event, problems) => {
      commonProblems(event, 'reportingController', problems);
      newEventProblems(event, problems);
    },
    update: (next, old, problems) => {
      commonProblems(next, 'reportingController', problems);
      if (!sameJson(next.series ?? null, old.series ?? null)) seriesProblems(next, problems);
      for (const field of FIXED) {
        const absent = field === 'count' ? 0 : TEXTS.has(field) ? '' : undefined;
        unchanged(next[field] ?? absent, old[field] ?? absent, field, problems);
      }
      unchanged(next.reportingComponent, old.reportingComponent, 'reportingController', problems);
      unchanged(next.reportingInstance, old.reportingInstance, 'reportingInstance', problems);
    },
  }),
};
