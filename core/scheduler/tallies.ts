import type { Labels } from '#core/machinery/selectors';
import type { PodInfo } from './snapshot.ts';
import type { Term } from './terms.ts';

/** How many of the pods that are meant lie on the node in each place; places without one are absent. */
export type Counts = ReadonlyMap<number, number>;

/** A term that placed pods carry, and where they lie. The weight is 0 for what is required. */
export interface Carried {
  readonly kind: 'required' | 'requiredAnti' | 'preferred';
  readonly term: Term;
  readonly weight: number;
  readonly counts: Counts;
}

/** A question asked again by every replica is counted on; one that nobody asks any more is let go. */
const MOST_QUESTIONS = 64;

interface Question {
  readonly matches: (info: PodInfo) => boolean;
  readonly counts: Map<number, number>;
}

const add = (counts: Map<number, number>, place: number, change: number): void => {
  const next = (counts.get(place) ?? 0) + change;
  if (next === 0) counts.delete(place);
  else counts.set(place, next);
};

/**
 * Pods counted by node, for affinity and spreading: kept in step as pods come and go, so that a pod with constraints costs a look
 * at the nodes and not at all the pods.
 */
export class Tallies {
  readonly #questions = new Map<string, Question>();
  readonly #carried = new Map<string, { carried: Carried; counts: Map<number, number> }>();
  readonly namespaceLabels = new Map<string, Labels>();
  readonly #everyPod: () => Iterable<readonly [place: number, info: PodInfo]>;

  constructor(everyPod: () => Iterable<readonly [place: number, info: PodInfo]>) {
    this.#everyPod = everyPod;
  }

  /** All terms that placed pods carry. */
  carried(): Iterable<Carried> {
    return this.#carried.values().map(({ carried }) => carried);
  }

  /** Where the pods lie that match. Equal ids must mean equal questions; `matches` may read only the pod and namespaces' labels. */
  count(id: string, matches: (info: PodInfo) => boolean): Counts {
    let question = this.#questions.get(id);
    if (question === undefined) {
      question = { matches, counts: new Map() };
      for (const [place, info] of this.#everyPod()) if (matches(info)) add(question.counts, place, 1);
      if (this.#questions.size >= MOST_QUESTIONS) this.#questions.delete(this.#questions.keys().next().value!);
    } else this.#questions.delete(id);
    // The one asked last is let go last.
    this.#questions.set(id, question);
    return question.counts;
  }

  change(info: PodInfo, place: number, sign: 1 | -1): void {
    for (const { matches, counts } of this.#questions.values()) if (matches(info)) add(counts, place, sign);
    const { required, requiredAnti, preferred } = info.affinity;
    for (const term of required) this.#carry('required', term, 0, place, sign);
    for (const term of requiredAnti) this.#carry('requiredAnti', term, 0, place, sign);
    for (const { term, weight } of preferred) this.#carry('preferred', term, weight, place, sign);
  }

  setNamespace(name: string, labels: Labels | undefined): void {
    if (labels === undefined) this.namespaceLabels.delete(name);
    else this.namespaceLabels.set(name, labels);
    // What a namespace selector speaks of may be other pods now.
    this.#questions.clear();
  }

  #carry(kind: Carried['kind'], term: Term, weight: number, place: number, sign: 1 | -1): void {
    const id = `${kind} ${weight} ${term.id}`;
    let known = this.#carried.get(id);
    if (known === undefined) {
      const counts = new Map<number, number>();
      known = { carried: { kind, term, weight, counts }, counts };
      this.#carried.set(id, known);
    }
    add(known.counts, place, sign);
    if (known.counts.size === 0) this.#carried.delete(id);
  }
}
