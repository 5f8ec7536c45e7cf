import { expect, test } from 'vitest';
import { builtInDefaults } from '#core/api/defaults';
import type { StrategyContext } from '#core/api/definition';
import { builtInSchemas } from '#core/api/definition';
import { featureGates } from '#core/api/gates';
import { below, isObject, type Json, type JsonObject, seededRandom } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import { normalise } from '#core/machinery/schema';
import type { Problem } from '#core/machinery/status';
import type { PodTemplateSpec } from '#core/api/types';
import { detailedDefinitions } from './index.ts';
import { podWarnings } from './warnings/pod.ts';

const { strategy } = detailedDefinitions().find(({ group, resource }) => group === '' && resource === 'pods')!;
const schema = builtInSchemas.kind('', 'v1', 'Pod')!;
const GATES = [featureGates(), featureGates({ PodLevelResources: false, TaintTolerationComparisonOperators: true })];
const DEFAULTS = GATES.map((gates) => builtInDefaults({ gates, now: () => 0 }));

const SPEC: JsonObject = {
  containers: [
    {
      name: 'a',
      image: 'i',
      ports: [{ name: 'http', containerPort: 80, hostPort: 80 }],
      env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
      resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } },
      livenessProbe: { httpGet: { path: '/', port: 'http' } },
      securityContext: { runAsUser: 1, capabilities: { add: ['NET_ADMIN'] } },
      volumeMounts: [{ name: 'v', mountPath: '/v' }],
    },
    {
      name: 'b',
      image: 'j:1',
      ports: [{ name: 'http', containerPort: 80 }],
      volumeMounts: [{ name: 'w', mountPath: '/w' }],
    },
  ],
  initContainers: [{ name: 'c', image: 'k', env: [{ name: 'A', value: '1' }] }],
  volumes: [
    { name: 'v', emptyDir: {} },
    { name: 'w', projected: { sources: [{ configMap: { name: 'm', items: [{ key: 'k', path: 'p' }] } }] } },
    {
      name: 'x',
      ephemeral: {
        volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1' } } } },
      },
    },
    { name: 'y', persistentVolumeClaim: { claimName: 'p1-x' } },
  ],
  resources: { limits: { cpu: '2' } },
  resourceClaims: [{ name: 'd', resourceClaimName: 'e' }],
  tolerations: [{ key: 'k', operator: 'Lt', value: '1' }],
  nodeSelector: { 'beta.kubernetes.io/os': 'linux' },
  hostAliases: [{ ip: '010.0.0.1', hostnames: ['h'] }],
  serviceAccountName: 's',
  securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
};

/** Without what depends on whose spec it is. */
const ANYBODYS: JsonObject = { ...SPEC, resourceClaims: [], volumes: (SPEC['volumes'] as readonly Json[]).slice(0, 2) };

/** Pods that differ in what can matter to what is said of their spec. */
const METADATA: readonly JsonObject[] = [
  { name: 'p1' },
  { name: 'p2', labels: { a: 'b' } },
  { name: 'p.3', annotations: { 'kubernetes.io/config.mirror': 'x' } },
  { name: 'p4', annotations: { 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined' } },
  {
    name: 'p5',
    annotations: {
      'container.seccomp.security.alpha.kubernetes.io/a': 'none',
      'scheduler.alpha.kubernetes.io/critical-pod': '',
    },
  },
  { name: 'p6', annotations: { 'container.apparmor.security.beta.kubernetes.io/a': 'localhost/x' } },
  { name: 'p'.repeat(253) },
];

/** A copy in which, here and there, something is missing, wrong or said twice. */
function spoilt(value: Json, chance: number, random: ReturnType<typeof seededRandom>): Json {
  const hit = () => below(random, 1000) < chance;
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map((item) => spoilt(item, chance, random));
    return hit() ? [...items, ...items] : items;
  }
  if (isObject(value)) {
    const kept = Object.entries(value).filter(() => !hit());
    return Object.fromEntries(kept.map(([key, inner]) => [key, spoilt(inner, chance, random)]));
  }
  if (!hit()) return value;
  return typeof value === 'number'
    ? -value
    : typeof value === 'string'
      ? ['', '-', `${value}.1n`][below(random, 3)]!
      : value;
}

/** All that is made and said of a pod on its way to be stored. */
function said(metadata: JsonObject, spec: JsonObject, server: number) {
  const told: unknown[] = [];
  const about = { now: 0, subresource: '', gates: GATES[server]!, user: 'u', warn: (text: string) => told.push(text) };
  const context = about as unknown as StrategyContext;
  const given = DEFAULTS[server]!({ kind: 'Pod', apiVersion: 'v1', metadata, spec }, '', 'v1', 'Pod');
  const object = strategy.prepareForCreate!(given as unknown as KubeObject, context);
  const problems = strategy.validateCreate!(object, context);
  return { object, told, problems, warnings: strategy.warnings!(object, undefined, context) };
}

/** What is wrong with annotations and spec, as it is found when ephemeral containers are added: nothing of it is remembered. */
const wrong = (object: KubeObject, server: number): readonly Problem[] =>
  strategy.validateUpdate!(
    object,
    { ...object, metadata: { name: 'old' }, spec: { containers: [] } } as KubeObject,
    { now: 0, subresource: 'ephemeralcontainers', gates: GATES[server]!, user: 'u' } as unknown as StrategyContext,
  );

function decoded(spec: Json): JsonObject | undefined {
  try {
    const { value } = normalise(schema, { spec }, 'given');
    return isObject(value['spec']) ? value['spec'] : undefined;
  } catch {
    return undefined;
  }
}

test.each([0, 5, 20, 60])(
  'what is remembered of a spec is what is said of an equal one (%i in 1000 spoilt)',
  (chance) => {
    const random = seededRandom(chance + 1);
    let complaints = 0;
    for (let n = 0; n < 6; n++) {
      const spec = decoded(spoilt(n % 2 === 0 ? SPEC : ANYBODYS, chance, random));
      if (spec === undefined) continue;
      for (const metadata of [...METADATA, ...METADATA])
        for (const server of [0, 1]) {
          const shared = said(metadata, spec, server);
          expect(shared).toEqual(said(metadata, structuredClone(spec) as JsonObject, server));
          const problems = wrong(shared.object, server);
          expect(shared.problems.slice(0, problems.length)).toEqual(problems);
          const warnings = podWarnings(shared.object as unknown as PodTemplateSpec, '');
          expect(shared.warnings.slice(shared.warnings.length - warnings.length)).toEqual(warnings);
          complaints += problems.length + warnings.length;
        }
    }
    expect(complaints).toBeGreaterThan(0);
  },
);
