import { type Plugin, type Refusal } from './plugin.ts';

/** Upstream: pkg/scheduler/framework/plugins/noderesources/fit.go. */
export const nodeResourcesFit: Plugin = {
  name: 'NodeResourcesFit',
  filter({ requests }, snapshot) {
    const { milliCpu, memory, ephemeralStorage, scalars } = requests;
    const { slots, columns } = snapshot;
    /** Why it does not fit. What is more than the node has at all, no preemption mends. */
    const explain = (place: number): Refusal | undefined => {
      const reasons: string[] = [];
      let mendable = true;
      const compare = (name: string, asked: number, has: number, used: number) => {
        if (asked === 0 || asked <= has - used) return;
        reasons.push(`Insufficient ${name}`);
        if (asked > has) mendable = false;
      };
      if (columns.usedPods[place]! + 1 > columns.pods[place]!) reasons.push('Too many pods');
      compare('cpu', milliCpu, columns.milliCpu[place]!, columns.usedMilliCpu[place]!);
      compare('memory', memory, columns.memory[place]!, columns.usedMemory[place]!);
      compare(
        'ephemeral-storage',
        ephemeralStorage,
        columns.ephemeralStorage[place]!,
        columns.usedEphemeralStorage[place]!,
      );
      const { scalars: has, usedScalars: used } = slots[place]!;
      for (const [resource, amount] of scalars ?? []) {
        compare(resource, amount, has.get(resource) ?? 0, used.get(resource) ?? 0);
      }
      return reasons.length === 0 ? undefined : { plugin: 'NodeResourcesFit', reasons, mendable };
    };
    const check = (place: number) => {
      const fits =
        columns.usedPods[place]! + 1 <= columns.pods[place]! &&
        (milliCpu === 0 || milliCpu <= columns.milliCpu[place]! - columns.usedMilliCpu[place]!) &&
        (memory === 0 || memory <= columns.memory[place]! - columns.usedMemory[place]!) &&
        (ephemeralStorage === 0 ||
          ephemeralStorage <= columns.ephemeralStorage[place]! - columns.usedEphemeralStorage[place]!);
      return fits && scalars === undefined ? undefined : explain(place);
    };
    return { check };
  },
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
