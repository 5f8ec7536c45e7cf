import type { KubeObject } from '#core/machinery/object';
import { apiVersionOfForm, type Form, formed, renamed } from './rename.ts';

const CORE: Form = { group: '', version: 'v1', kind: 'Event' };
const EVENTS: Form = { group: 'events.k8s.io', version: 'v1', kind: 'Event' };

/** What events.k8s.io calls the fields of a core Event. Upstream: pkg/apis/events/v1/conversion.go. */
const NAMES: Readonly<Record<string, string>> = {
  involvedObject: 'regarding',
  message: 'note',
  source: 'deprecatedSource',
  firstTimestamp: 'deprecatedFirstTimestamp',
  lastTimestamp: 'deprecatedLastTimestamp',
  count: 'deprecatedCount',
  reportingComponent: 'reportingController',
};
const BACK = Object.fromEntries(Object.entries(NAMES).map(([ours, theirs]) => [theirs, ours]));

const isA = (object: KubeObject, form: Form): boolean => object.apiVersion === apiVersionOfForm(form);

/** An Event of either group as one of the core group. */
export const coreEvent = (object: KubeObject): KubeObject =>
  isA(object, CORE) ? object : formed(CORE, renamed(object, BACK));

/** An Event of either group as one of events.k8s.io. */
export const newEvent = (object: KubeObject): KubeObject =>
  isA(object, EVENTS) ? object : formed(EVENTS, renamed(object, NAMES));
