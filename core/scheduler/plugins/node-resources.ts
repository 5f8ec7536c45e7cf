import { type Plugin, type Refusal } from './plugin.ts';

const PLAIN = ['Too many pods', 'Insufficient cpu', 'Insufficient memory', 'Insufficient ephemeral-storage'];

/** Upstream: pkg/scheduler/framework/plugins/noderesources/fit.go. */
export const nodeResourcesFit: Plugin = {
  name: 'NodeResourcesFit',
  filter({ requests }, snapshot) {
    const { milliCpu, memory, ephemeralStorage, scalars } = requests;
    const { slots, columns } = snapshot;
    /** Bit by bit of `PLAIN`: what a node lacks. */
    const lacks = (place: number): number => {
      let bits = columns.usedPods[place]! + 1 > columns.pods[place]! ? 1 : 0;
      if (milliCpu > 0 && milliCpu > columns.milliCpu[place]! - columns.usedMilliCpu[place]!) bits |= 2;
      if (memory > 0 && memory > columns.memory[place]! - columns.usedMemory[place]!) bits |= 4;
      const storage = columns.ephemeralStorage[place]! - columns.usedEphemeralStorage[place]!;
      if (ephemeralStorage > 0 && ephemeralStorage > storage) bits |= 8;
      return bits;
    };
    /** What is more than the node has at all, no preemption mends. */
    const isTooSmall = (place: number): boolean =>
      milliCpu > columns.milliCpu[place]! ||
      memory > columns.memory[place]! ||
      ephemeralStorage > columns.ephemeralStorage[place]!;
    // Most nodes lack the same: it is said once.
    const known = new Map<number, Refusal>();
    const refuse = (bits: number, mendable: boolean): Refusal => {
      const key = mendable ? bits + 16 : bits;
      let made = known.get(key);
      if (made === undefined) {
        const reasons = PLAIN.filter((_, index) => (bits & (1 << index)) !== 0);
        made = { plugin: 'NodeResourcesFit', reasons, mendable };
        known.set(key, made);
      }
      return made;
    };
    if (scalars === undefined) {
      return {
        check(place) {
          const bits = lacks(place);
          return bits === 0 ? undefined : refuse(bits, !isTooSmall(place));
        },
      };
    }
    return {
      check(place) {
        const bits = lacks(place);
        let mendable = !isTooSmall(place);
        const more: string[] = [];
        const { scalars: has, usedScalars: used } = slots[place]!;
        for (const [resource, amount] of scalars) {
          const all = has.get(resource) ?? 0;
          if (amount <= all - (used.get(resource) ?? 0)) continue;
          more.push(`Insufficient ${resource}`);
          if (amount > all) mendable = false;
        }
        if (more.length === 0) return bits === 0 ? undefined : refuse(bits, mendable);
        return { plugin: 'NodeResourcesFit', reasons: [...refuse(bits, mendable).reasons, ...more], mendable };
      },
    };
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

/** How evenly shares are used: 50 to 100. A resource that the node does not have counts not at all. */
function evenness(usedCpu: number, cpu: number, usedMemory: number, memory: number): number {
  if (cpu === 0 || memory === 0) return 100;
  return Math.floor((1 - Math.abs(Math.min(1, usedCpu / cpu) - Math.min(1, usedMemory / memory)) / 2) * 100);
}

/**
 * Prefers nodes whose processor and memory come to be used more evenly by the pod. One that asks for nothing has no say.
 * Upstream: noderesources/balanced_allocation.go.
 */
export const balancedAllocation: Plugin = {
  name: 'NodeResourcesBalancedAllocation',
  score: {
    weight: 1,
    normalize: 'none',
    prepare({ requests: { milliCpu, memory } }, { columns }) {
      if (milliCpu === 0 && memory === 0) return undefined;
      return (place) => {
        const [hasCpu, hasMemory] = [columns.milliCpu[place]!, columns.memory[place]!];
        const [usedCpu, usedMemory] = [columns.usedMilliCpu[place]!, columns.usedMemory[place]!];
        const after = evenness(usedCpu + milliCpu, hasCpu, usedMemory + memory, hasMemory);
        const before = evenness(usedCpu, hasCpu, usedMemory, hasMemory);
        return 50 + Math.floor((50 + after - before) / 2);
      };
    },
  },
  wakes: [],
};
