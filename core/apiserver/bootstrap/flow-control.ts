import { flowSchemaSpecs, MANDATORY, priorityLevelSpecs } from '#core/api/flowcontrol';
import type { FlowSchema, FlowSchemaSpec, PriorityLevelConfiguration } from '#core/api/types';
import { sameJson } from '#core/base';
import { danglingCondition } from './dangling.ts';
import { type Wanted, wanted } from './wanted.ts';

const GROUP = 'flowcontrol.apiserver.k8s.io';
const AUTOUPDATE = 'apf.kubernetes.io/autoupdate-spec';

/** Priority levels and flow schemas, which follow the defaults again unless users switched that off. `now` in milliseconds. */
export function flowControl(now: number): readonly Wanted[] {
  return [
    ...[...priorityLevelSpecs()].map(([name, spec]) => level(name, spec)),
    ...[...flowSchemaSpecs()].map(([name, spec]) => flowSchema(name, spec, now)),
  ];
}

const metadataOf = (name: string) => ({ name, generation: 1, annotations: { [AUTOUPDATE]: 'true' } });

/** Back to the default spec where it may follow it; what is mandatory always does. */
const withSpec =
  <T extends FlowSchema | PriorityLevelConfiguration>(spec: T['spec']) =>
  (old: T): T | undefined => {
    const follows = old.metadata.annotations?.[AUTOUPDATE] === 'true' || MANDATORY.includes(old.metadata.name ?? '');
    return follows && !sameJson(old.spec, spec) ? { ...old, spec } : undefined;
  };

function level(name: string, spec: NonNullable<PriorityLevelConfiguration['spec']>): Wanted {
  const object = {
    kind: 'PriorityLevelConfiguration',
    apiVersion: `${GROUP}/v1`,
    metadata: metadataOf(name),
    spec,
    status: {},
  };
  return wanted(GROUP, 'prioritylevelconfigurations', object, withSpec<PriorityLevelConfiguration>(spec));
}

function flowSchema(name: string, spec: FlowSchemaSpec, now: number): Wanted {
  const object = {
    kind: 'FlowSchema',
    apiVersion: `${GROUP}/v1`,
    metadata: metadataOf(name),
    spec,
    status: { conditions: [danglingCondition(spec.priorityLevelConfiguration.name, true, now)] },
  };
  return wanted(GROUP, 'flowschemas', object, withSpec<FlowSchema>(spec));
}
