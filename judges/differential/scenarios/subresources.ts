import type { JsonObject } from '#core/base';
import type { Step } from '../scenario.ts';
import { APPLY, JSON_PATCH, MERGE_PATCH, PROTOBUF, STRATEGIC_PATCH, TABLE } from './accept.ts';
import type { Subject } from './life.ts';
import { get, patch, put } from './steps.ts';

/** What may be done to an object's status and scale. */
export function subresourceSteps(subject: Subject): readonly Step[] {
  const path = `${subject.collection}/${subject.name}`;
  return subject.subresources.flatMap(({ name }) =>
    name === 'status'
      ? statusSteps(subject, `${path}/status`)
      : name === 'scale'
        ? [...scaleSteps(subject, `${path}/scale`), get(path)]
        : [],
  );
}

const condition = {
  type: 'Judged',
  status: 'True',
  reason: 'Judged',
  message: '',
  lastTransitionTime: '2020-01-01T00:00:00Z',
};

function statusSteps({ bodies, settles, hasProtobuf }: Subject, at: string): readonly Step[] {
  const [{ apiVersion = null, kind = null, metadata, ...rest }] = bodies;
  const { name = null } = metadata as JsonObject;
  // Where the server itself keeps the status, what it would make of another is not known in time.
  const dry = settles === undefined ? '' : '?dryRun=All';
  return [
    get(at),
    get(at, { headers: TABLE }),
    ...(hasProtobuf ? [get(at, { headers: PROTOBUF })] : []),
    patch(at, { metadata: { annotations: { status: 'x' } }, status: {} }, MERGE_PATCH),
    patch(`${at}${dry}`, { status: { conditions: [condition] } }, MERGE_PATCH),
    patch(`${at}?dryRun=All`, [{ op: 'add', path: '/metadata/labels', value: { from: 'json' } }], JSON_PATCH),
    patch(`${at}?dryRun=All`, [{ op: 'replace', path: '/status', value: {} }], JSON_PATCH),
    patch(`${at}?dryRun=All`, { spec: null, status: { conditions: [condition] } }, STRATEGIC_PATCH),
    patch(
      `${at}?dryRun=All&fieldManager=status`,
      { apiVersion, kind, metadata: { name }, status: { conditions: [condition] } },
      APPLY,
    ),
    patch(`${at}?fieldValidation=Strict`, { status: { nothing: 1 } }, MERGE_PATCH),
    put(`${at}${dry}`, {
      apiVersion,
      kind,
      metadata: { ...(metadata as JsonObject), labels: { from: 'status' } },
      ...rest,
    }),
  ];
}

function scaleSteps({ name }: Subject, at: string): readonly Step[] {
  const scale = (replicas: number) => ({
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name },
    spec: { replicas },
  });
  return [
    get(at),
    get(at, { headers: TABLE }),
    get(at, { headers: PROTOBUF }),
    patch(at, { spec: { replicas: 3 } }, MERGE_PATCH),
    patch(at, [{ op: 'replace', path: '/spec/replicas', value: 2 }], JSON_PATCH),
    patch(at, { spec: { replicas: 4 } }, STRATEGIC_PATCH),
    patch(`${at}?fieldManager=scaler`, scale(4), APPLY),
    patch(`${at}?fieldManager=scaler&dryRun=All`, scale(5), APPLY),
    put(`${at}?dryRun=All`, scale(7)),
    put(`${at}?fieldValidation=Strict`, { ...scale(7), nothing: 1 }),
    put(at, scale(-1)),
    put(at, { ...scale(1), metadata: { name: 'other' } }),
    put(at, { ...scale(1), kind: 'Nothing' }),
  ];
}
