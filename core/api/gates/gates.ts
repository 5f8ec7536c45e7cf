import { gates as facts } from '#core/api/facts';

/** Which features are on: one immutable value, made at start and handed to whoever asks. */
export interface FeatureGates {
  /** Throws where there is no such gate, for a misspelt one would be off for ever. */
  enabled(gate: string): boolean;
  readonly known: readonly GateState[];
}

export interface GateState {
  readonly name: string;
  readonly enabled: boolean;
  readonly stage: 'ALPHA' | 'BETA' | '' | 'DEPRECATED';
}

type Facts = Readonly<
  Record<string, readonly [enabled: boolean, locked: boolean, stage: 'Alpha' | 'Beta' | 'GA' | 'Deprecated']>
>;

const STAGES = { Alpha: 'ALPHA', Beta: 'BETA', GA: '', Deprecated: 'DEPRECATED' } as const;

/** A setting that no server can start with; the message says which and why. */
export class GateError extends Error {}

/**
 * v1.36.1's defaults, changed by `overrides`: gate to on or off, and `AllAlpha` and `AllBeta` for all of a stage that are not
 * named themselves. Throws a GateError for an unknown gate and for a locked one. Upstream:
 * component-base/featuregate/feature_gate.go.
 */
export function featureGates(overrides: Readonly<Record<string, boolean>> = {}): FeatureGates {
  const all = JSON.parse(facts) as Facts;
  const enabled = new Map<string, boolean>();
  for (const [name, [byDefault, , stage]] of Object.entries(all))
    enabled.set(
      name,
      (stage === 'Alpha' ? overrides['AllAlpha'] : stage === 'Beta' ? overrides['AllBeta'] : undefined) ?? byDefault,
    );
  enabled.set('AllAlpha', overrides['AllAlpha'] ?? false);
  enabled.set('AllBeta', overrides['AllBeta'] ?? false);
  for (const [name, on] of Object.entries(overrides)) {
    if (!enabled.has(name)) throw new GateError(`unrecognized feature gate: ${name}`);
    const gate = Object.hasOwn(all, name) ? all[name] : undefined;
    if (gate?.[1] === true && gate[0] !== on)
      throw new GateError(`cannot set feature gate ${name} to ${on}, feature is locked to ${gate[0]}`);
    enabled.set(name, on);
  }
  const known = [...enabled].map(([name, on]): GateState => ({
    name,
    enabled: on,
    stage: Object.hasOwn(all, name) ? STAGES[all[name]![2]] : '',
  }));
  return {
    known,
    enabled: (gate) => {
      const on = enabled.get(gate);
      if (on === undefined) throw new GateError(`unrecognized feature gate: ${gate}`);
      return on;
    },
  };
}
