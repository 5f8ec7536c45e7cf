import type { PodInfo, Snapshot } from '../snapshot.ts';

/** What may happen in a cluster that lets a pod fit which did not before. */
export type ClusterChange =
  | 'nodeAdded'
  | 'nodeChanged'
  | 'podRemoved'
  | 'podAdded'
  | 'podChanged'
  /** A pod on a node has been asked to go, and is there still. */
  | 'podLeaving'
  | 'volumesChanged';

/** Why a pod does not fit on a node. */
export interface Refusal {
  /** The plugin's name. */
  readonly plugin: string;
  readonly reasons: readonly string[];
  /** Taking pods off the node could mend it: preemption may help. */
  readonly mendable: boolean;
}

export const refusal = (plugin: string, mendable: boolean, reason: string): Refusal => ({
  plugin,
  mendable,
  reasons: [reason],
});

/** Compiled for one pod, asked for many nodes. */
export interface Filter {
  /** `undefined` when the pod fits on the node in a place. */
  check(place: number): Refusal | undefined;
  /** A pod is, in thought, laid on a node (1) or lifted off it (-1). Only what the filter counted itself: columns and slots say the rest. */
  change?(info: PodInfo, place: number, sign: 1 | -1): void;
}

/** How well a pod lies on the node in a place: more is better, in whatever measure the plugin has. */
export type Score = (place: number) => number;

/**
 * How scores become 0 to 100: as they are, in proportion to the best, or the other way round; over the span from the lowest to the
 * highest; or by how few they are, where a negative one means none at all.
 */
export type Normalize = 'none' | 'proportional' | 'reversed' | 'span' | 'fewest';

/** One concern of scheduling, at upstream's extension points. Pure: everything comes from the pod and the snapshot. */
export interface Plugin {
  /** Upstream's name. */
  readonly name: string;
  /** PreFilter: why the pod fits nowhere, whatever the nodes are. */
  readonly turnsAway?: (pod: PodInfo, snapshot: Snapshot) => string | undefined;
  /** PreFilter: the names of the only nodes worth looking at. */
  readonly narrows?: (pod: PodInfo) => ReadonlySet<string> | undefined;
  /** PreFilter and Filter: `undefined` where it has nothing to say about this pod. */
  readonly filter?: (pod: PodInfo, snapshot: Snapshot) => Filter | undefined;
  readonly score?: {
    readonly weight: number;
    readonly normalize: Normalize;
    /** `feasible`: the places where the pod fits; they alone are scored. */
    readonly prepare: (pod: PodInfo, snapshot: Snapshot, feasible: readonly number[]) => Score | undefined;
  };
  /** After which changes a pod that this plugin turned away is worth another try. */
  readonly wakes: readonly ClusterChange[];
}
