import type { Node, Pod, Taint } from '#core/api/types/core/v1';
import { milliNumber, wholeNumber } from '#core/machinery/quantity';
import { hostPortsOf, requestsOf, type HostPort, type Requests } from './requests.ts';
import { noVolumes, type Volumes } from './plugins/volumes.ts';
import { Nominations } from './nominations.ts';
import { noOwners, type Owners } from './owners.ts';
import { Tallies } from './tallies.ts';
import { type AffinityTerms, affinityTermsOf } from './terms.ts';

/** A pod with what the scheduler asks of it again and again, worked out once. */
export interface PodInfo {
  readonly pod: Pod;
  readonly uid: string;
  readonly priority: number;
  readonly requests: Requests;
  readonly ports: readonly HostPort[];
  readonly affinity: AffinityTerms;
}

export const podInfoOf = (pod: Pod): PodInfo => ({
  pod,
  uid: pod.metadata.uid ?? '',
  priority: pod.spec.priority ?? 0,
  requests: requestsOf(pod),
  ports: hostPortsOf(pod),
  affinity: affinityTermsOf(pod),
});

/** What of a node is no number. */
export interface Slot {
  readonly name: string;
  /** `undefined` while only pods speak of it: nothing is scheduled there. */
  node: Node | undefined;
  taints: readonly Taint[];
  labels: Readonly<Record<string, string>>;
  unschedulable: boolean;
  readonly pods: Map<string, PodInfo>;
  scalars: Map<string, number>;
  readonly usedScalars: Map<string, number>;
  /** Bytes by name, tag included. */
  images: ReadonlyMap<string, number>;
}

/** The columns that hold nodes' numbers; a row is a node's place. */
const COLUMNS = [
  'milliCpu',
  'memory',
  'ephemeralStorage',
  'pods',
  'usedMilliCpu',
  'usedMemory',
  'usedEphemeralStorage',
  'usedPods',
  'scoredMilliCpu',
  'scoredMemory',
] as const;
export type Columns = Readonly<Record<(typeof COLUMNS)[number], Float64Array>>;

/**
 * All nodes with the pods on them, kept in step change by change. Numbers lie in columns, so that filters and scores run over
 * thousands of nodes without following a pointer.
 */
export class Snapshot {
  readonly slots: (Slot | undefined)[] = [];
  columns: Columns = columnsOf(64);
  #free: number[] = [];
  readonly #places = new Map<string, number>();
  /** Where each pod counts: its node's name and what it was counted as. */
  readonly #counted = new Map<string, { readonly node: string; readonly info: PodInfo }>();
  #nodes = 0;
  /** Read as they are: nothing is counted by them. */
  volumes: Volumes = noVolumes;
  /** Which pods are of a kind. */
  owners: Owners = noOwners;
  /** How many nodes have an image, by its name. */
  readonly imageNodes = new Map<string, number>();
  /** Pods that shall go to a node once there is room: those of lower priority leave them their room. */
  readonly nominations = new Nominations();
  /** Pods counted by node, for affinity and spreading. */
  readonly tallies = new Tallies(() => this.#everyPod());

  /** How many nodes there are. */
  get size(): number {
    return this.#nodes;
  }

  place(node: string): number | undefined {
    return this.#places.get(node);
  }

  setNode(node: Node): void {
    const at = this.#placeOf(node.metadata.name!);
    const slot = this.slots[at]!;
    if (slot.node === undefined) this.#nodes++;
    if (slot.node?.status?.images !== node.status?.images) this.#setImages(slot, imagesOf(node));
    slot.node = node;
    slot.taints = node.spec?.taints ?? [];
    slot.labels = node.metadata.labels ?? {};
    slot.unschedulable = node.spec?.unschedulable === true;
    slot.scalars = new Map();
    const { columns } = this;
    columns.milliCpu[at] = columns.memory[at] = columns.ephemeralStorage[at] = columns.pods[at] = 0;
    for (const [resource, quantity] of Object.entries(node.status?.allocatable ?? {})) {
      if (resource === 'cpu') columns.milliCpu[at] = milliNumber(quantity);
      else if (resource === 'memory') columns.memory[at] = wholeNumber(quantity);
      else if (resource === 'ephemeral-storage') columns.ephemeralStorage[at] = wholeNumber(quantity);
      else if (resource === 'pods') columns.pods[at] = wholeNumber(quantity);
      else slot.scalars.set(resource, wholeNumber(quantity));
    }
  }

  removeNode(name: string): void {
    const at = this.#places.get(name);
    if (at === undefined || this.slots[at]!.node === undefined) return;
    this.#nodes--;
    const slot = this.slots[at]!;
    this.#setImages(slot, NO_IMAGES);
    slot.node = undefined;
    slot.taints = [];
    slot.labels = {};
    slot.unschedulable = false;
    slot.scalars = new Map();
    const { columns } = this;
    columns.milliCpu[at] = columns.memory[at] = columns.ephemeralStorage[at] = columns.pods[at] = 0;
    this.#drop(at);
  }

  /** Counts a pod on a node; one that is counted already moves, or counts as what it is now. */
  addPod(info: PodInfo, node: string): void {
    this.removePod(info.uid);
    const at = this.#placeOf(node);
    this.slots[at]!.pods.set(info.uid, info);
    this.#counted.set(info.uid, { node, info });
    this.#count(at, info, 1);
  }

  removePod(uid: string): void {
    const counted = this.#counted.get(uid);
    if (counted === undefined) return;
    this.#counted.delete(uid);
    const at = this.#places.get(counted.node)!;
    this.slots[at]!.pods.delete(uid);
    this.#count(at, counted.info, -1);
    this.#drop(at);
  }

  nodeOf(uid: string): string | undefined {
    return this.#counted.get(uid)?.node;
  }

  /** Takes a pod off a node's numbers in thought only: tallies still count it. `lay` puts it back. */
  lift(place: number, info: PodInfo): void {
    this.slots[place]!.pods.delete(info.uid);
    this.#account(place, info, -1);
  }

  /** Lays a pod on a node in thought only; `lift` takes it off. */
  lay(place: number, info: PodInfo): void {
    this.slots[place]!.pods.set(info.uid, info);
    this.#account(place, info, 1);
  }

  #setImages(slot: Slot, images: ReadonlyMap<string, number>): void {
    for (const name of slot.images.keys()) {
      const left = this.imageNodes.get(name)! - 1;
      if (left === 0) this.imageNodes.delete(name);
      else this.imageNodes.set(name, left);
    }
    slot.images = images;
    for (const name of images.keys()) this.imageNodes.set(name, (this.imageNodes.get(name) ?? 0) + 1);
  }

  *#everyPod(): Iterable<readonly [number, PodInfo]> {
    for (const { node, info } of this.#counted.values()) yield [this.#places.get(node)!, info];
  }

  #count(at: number, info: PodInfo, sign: 1 | -1): void {
    this.tallies.change(info, at, sign);
    this.#account(at, info, sign);
  }

  #account(at: number, info: PodInfo, sign: 1 | -1): void {
    const { requests } = info;
    const { columns } = this;
    columns.usedMilliCpu[at]! += sign * requests.milliCpu;
    columns.usedMemory[at]! += sign * requests.memory;
    columns.usedEphemeralStorage[at]! += sign * requests.ephemeralStorage;
    columns.usedPods[at]! += sign;
    columns.scoredMilliCpu[at]! += sign * requests.scoredMilliCpu;
    columns.scoredMemory[at]! += sign * requests.scoredMemory;
    const { usedScalars } = this.slots[at]!;
    for (const [resource, amount] of requests.scalars ?? []) {
      usedScalars.set(resource, (usedScalars.get(resource) ?? 0) + sign * amount);
    }
  }

  #placeOf(name: string): number {
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    const at = this.#free.pop() ?? this.slots.length;
    if (at >= this.columns.pods.length) this.columns = grown(this.columns);
    this.slots[at] = {
      name,
      node: undefined,
      taints: [],
      labels: {},
      unschedulable: false,
      pods: new Map(),
      scalars: new Map(),
      usedScalars: new Map(),
      images: NO_IMAGES,
    };
    this.#places.set(name, at);
    return at;
  }

  /** Gives a place back when neither a node nor a pod needs it. */
  #drop(at: number): void {
    const slot = this.slots[at]!;
    if (slot.node !== undefined || slot.pods.size > 0) return;
    for (const column of COLUMNS) this.columns[column][at] = 0;
    this.slots[at] = undefined;
    this.#places.delete(slot.name);
    this.#free.push(at);
  }
}

const NO_IMAGES: ReadonlyMap<string, number> = new Map();

function imagesOf({ status }: Node): ReadonlyMap<string, number> {
  const { images = [] } = status ?? {};
  if (images.length === 0) return NO_IMAGES;
  return new Map(images.flatMap(({ names, sizeBytes = 0 }) => (names ?? []).map((name) => [name, Number(sizeBytes)])));
}

const columnsOf = (length: number): Columns =>
  Object.fromEntries(COLUMNS.map((name) => [name, new Float64Array(length)])) as unknown as Columns;

function grown(columns: Columns): Columns {
  const next = columnsOf(columns.pods.length * 2);
  for (const name of COLUMNS) next[name].set(columns[name]);
  return next;
}
