import type { PodInfo } from './snapshot.ts';

const NOBODY: ReadonlyMap<string, PodInfo> = new Map();

/** Pods without a node that have one in view: victims leave it for them. Upstream: pkg/scheduler/backend/queue/nominator.go. */
export class Nominations {
  readonly #byNode = new Map<string, Map<string, PodInfo>>();
  readonly #nodes = new Map<string, string>();

  get size(): number {
    return this.#nodes.size;
  }

  nodeOf(uid: string): string | undefined {
    return this.#nodes.get(uid);
  }

  /** By uid. */
  on(node: string): ReadonlyMap<string, PodInfo> {
    return this.#byNode.get(node) ?? NOBODY;
  }

  /** A pod has one node in view, or none. */
  set(info: PodInfo, node: string): void {
    this.remove(info.uid);
    if (node === '') return;
    this.#nodes.set(info.uid, node);
    const known = this.#byNode.get(node);
    if (known === undefined) this.#byNode.set(node, new Map([[info.uid, info]]));
    else known.set(info.uid, info);
  }

  remove(uid: string): void {
    const node = this.#nodes.get(uid);
    if (node === undefined) return;
    this.#nodes.delete(uid);
    const others = this.#byNode.get(node)!;
    others.delete(uid);
    if (others.size === 0) this.#byNode.delete(node);
  }
}
