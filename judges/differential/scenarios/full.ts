import type { JsonObject } from '#core/base';
import { kinds, type Kind } from '../generated/kinds.ts';
import type { Scenario, Step } from '../scenario.ts';
import { fullObjects } from '../vectors.ts';
import { APPLY } from './accept.ts';
import { patch, post } from './steps.ts';

/**
 * An object of every kind with all its fields set, at random and so mostly in vain: what of it is refused, and in which words.
 * First as it is, then with metadata that may be, then applied.
 */
export const full: Scenario = {
  name: 'full',
  steps: kinds().flatMap((kind): readonly Step[] => {
    const object = fullObjects()[kind.id];
    return object === undefined ? [] : stepsOf(kind, object);
  }),
};

function stepsOf(kind: Kind, object: JsonObject): readonly Step[] {
  const collection = kind.collection.replace(/\/namespaces\/[^/]+/, '/namespaces/{{ns}}');
  const name = kind.nameOf(0);
  const { labels = {}, annotations = {} } = object['metadata'] as JsonObject;
  const plain: JsonObject = { ...object, metadata: { name, labels, annotations } };
  const { status: _, ...applied } = plain;
  const steps: Step[] = [
    post(`${collection}?dryRun=All`, object),
    post(`${collection}?dryRun=All&fieldValidation=Strict`, plain),
  ];
  if (kind.verbs.includes('patch'))
    steps.push(patch(`${collection}/${name}?dryRun=All&fieldManager=judge`, applied, APPLY));
  return steps;
}
