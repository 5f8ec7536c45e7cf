import type { Parts } from '../parts.ts';
import type { Context, Endpoint, Result } from '../context.ts';
import type { Intern } from '#core/machinery/apply';
import type { FamiliarMembers } from '../encoding/familiar.ts';
import type { Lookups } from '../watch/lookups.ts';

/** What every verb works with. */
export interface Kit {
  readonly parts: Parts;
  /** Bytes of a body at most. */
  readonly bodyLimit: number;
  /** Wall time in milliseconds. */
  readonly now: () => number;
  /** What was sent lately, not to be read again. */
  readonly familiar: FamiliarMembers;
  /** What lists select by a field or label. */
  readonly lookups: Lookups;
  /** One text for equal field sets. */
  readonly intern: Intern;
}

/** What a request is about, once it has been found in the registry. */
export interface Target extends Endpoint {
  /** What lies in the store: another group's definition where two share one place (Events). */
  readonly stored: Endpoint['definition'];
  /** '' for the resource itself. */
  readonly subresource: string;
  /** '' for cluster scope and all namespaces. */
  readonly namespace: string;
  /** '' for collections. */
  readonly name: string;
  /** Where the object lies; '' for collections. */
  readonly key: string;
}

/** Serves one verb on one target. */
export type VerbHandler = (kit: Kit, context: Context, target: Target) => Promise<Result>;

/** As messages name the target: `deployments.apps "web"`. */
export const named = ({
  definition,
  name,
}: {
  readonly definition: Endpoint['definition'];
  readonly name: string;
}) => ({
  group: definition.group,
  resource: definition.resource,
  name,
});

/** The kind, as `invalidObject` wants it: in the group that it is stored in (every Event in ''). */
export const ofKind = (definition: Endpoint['definition'], name: string) => ({
  group: definition.storage.slice(0, definition.storage.indexOf('/')),
  resource: definition.kind,
  name,
});
