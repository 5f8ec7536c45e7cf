import type {
  LabelSelector as SelectorObject,
  MutatingWebhook,
  MutatingWebhookConfiguration,
  RuleWithOperations,
  ValidatingWebhook,
  ValidatingWebhookConfiguration,
} from '#core/api/types';
import type { Tools } from '#core/machinery/cel/evaluate';
import { type LabelSelector, selectorOfObject } from '#core/machinery/selectors';
import type { Store } from '#core/store';
import type { Evaluable } from '../expressions.ts';
import { compiledConditions } from './conditions.ts';

/** A webhook of either kind, its selectors and conditions compiled. */
export interface Webhook {
  readonly name: string;
  /** `CONFIGURATION/WEBHOOK`: what tells it apart. */
  readonly id: string;
  readonly hook: MutatingWebhook | ValidatingWebhook;
  readonly rules: readonly RuleWithOperations[];
  readonly namespaces: LabelSelector;
  readonly objects: LabelSelector;
  readonly conditions: readonly Evaluable[];
}

export interface Webhooks {
  /** In the order in which they are called: by their configurations' names. */
  list(): readonly Webhook[];
}

const everythingOf = (selector: SelectorObject | undefined) => selectorOfObject((selector ?? {}) as never);

/** Compiled when a configuration changes, not when it is used. */
export function webhooksIn(
  store: Store,
  resource: 'mutatingwebhookconfigurations' | 'validatingwebhookconfigurations',
  expressions: Tools | undefined,
): Webhooks {
  const prefix = `admissionregistration.k8s.io/${resource}/`;
  let compiled: readonly Webhook[] | undefined;
  const view = store.view(prefix);
  const watch = store.watch(prefix, view.revision, {
    changes() {
      compiled = undefined;
    },
    closed() {},
  });
  if ('failure' in watch) throw new Error(`cannot follow ${resource}: ${watch.failure}`);
  const compile = (): readonly Webhook[] =>
    [...store.view(prefix).range()].flatMap(({ object }) => {
      const { metadata, webhooks = [] } = object as unknown as
        | MutatingWebhookConfiguration
        | ValidatingWebhookConfiguration;
      return webhooks.map((hook) => ({
        name: hook.name,
        id: `${metadata.name}/${hook.name}`,
        hook,
        rules: hook.rules ?? [],
        namespaces: everythingOf(hook.namespaceSelector),
        objects: everythingOf(hook.objectSelector),
        conditions: compiledConditions(hook.matchConditions, expressions),
      }));
    });
  return { list: () => (compiled ??= compile()) };
}
