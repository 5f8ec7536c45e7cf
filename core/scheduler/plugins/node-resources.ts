import type { Plugin } from './plugin.ts';

/** Upstream: pkg/scheduler/framework/plugins/noderesources/fit.go. */
export const nodeResourcesFit: Plugin = {
  name: 'NodeResourcesFit',
  filter({ requests }, snapshot) {
    const { milliCpu, memory, ephemeralStorage, scalars } = requests;
    const { slots, columns } = snapshot;
    const scalar = (place: number): string[] => {
      const { scalars: has, usedScalars: used } = slots[place]!;
      const lacking: string[] = [];
      for (const [resource, amount] of scalars!) {
        if (amount > (has.get(resource) ?? 0) - (used.get(resource) ?? 0)) lacking.push(`Insufficient ${resource}`);
      }
      return lacking;
    };
    return (place) => {
      const fits =
        columns.usedPods[place]! + 1 <= columns.pods[place]! &&
        (milliCpu === 0 || milliCpu <= columns.milliCpu[place]! - columns.usedMilliCpu[place]!) &&
        (memory === 0 || memory <= columns.memory[place]! - columns.usedMemory[place]!) &&
        (ephemeralStorage === 0 ||
          ephemeralStorage <= columns.ephemeralStorage[place]! - columns.usedEphemeralStorage[place]!);
      if (fits && scalars === undefined) return undefined;
      const reasons: string[] = [];
      if (columns.usedPods[place]! + 1 > columns.pods[place]!) reasons.push('Too many pods');
      if (milliCpu > 0 && milliCpu > columns.milliCpu[place]! - columns.usedMilliCpu[place]!)
        reasons.push('Insufficient cpu');
      if (memory > 0 && memory > columns.memory[place]! - columns.usedMemory[place]!)
        reasons.push('Insufficient memory');
      if (
        ephemeralStorage > 0 &&
        ephemeralStorage > columns.ephemeralStorage[place]! - columns.usedEphemeralStorage[place]!
      ) {
        reasons.push('Insufficient ephemeral-storage');
      }
      if (scalars !== undefined) reasons.push(...scalar(place));
      return reasons.length === 0 ? undefined : reasons;
    };
  },
  preemptible: true,
  score: {
    weight: 1,
    normalize: 'none',
    /** The emptier the better: the mean share of processor and memory that stays free (LeastAllocated). */
    prepare({ requests }, { columns }) {
      const { scoredMilliCpu, scoredMemory } = requests;
      return (place) => {
        const cpu = free(columns.milliCpu[place]!, columns.scoredMilliCpu[place]! + scoredMilliCpu);
        const memory = free(columns.memory[place]!, columns.scoredMemory[place]! + scoredMemory);
        return Math.floor((cpu + memory) / 2);
      };
    },
  },
  wakes: ['nodeAdded', 'nodeChanged', 'podRemoved', 'podChanged'],
};

const free = (has: number, used: number): number =>
  has === 0 || used > has ? 0 : Math.floor(((has - used) * 100) / has);

/** Prefers nodes whose processor and memory fill up evenly. Upstream: noderesources/balanced_allocation.go. */
export const balancedAllocation: Plugin = {
  name: 'NodeResourcesBalancedAllocation',
  score: {
    weight: 1,
    normalize: 'none',
    prepare({ requests }, { columns }) {
      if (requests.milliCpu === 0 && requests.memory === 0) return undefined;
      return (place) => {
        const cpu = Math.min(1, (columns.usedMilliCpu[place]! + requests.milliCpu) / columns.milliCpu[place]! || 0);
        const memory = Math.min(1, (columns.usedMemory[place]! + requests.memory) / columns.memory[place]! || 0);
        return Math.floor((1 - Math.abs(cpu - memory) / 2) * 100);
      };
    },
  },
  wakes: [],
};
