import type { Defaults } from '#core/api/definition';
import { fromBase64, type Json, type JsonObject, parseJson, sameJson } from '#core/base';
import type { AdmissionAttributes, AdmissionPlugin } from '#core/apiserver';
import type { KubeObject } from '#core/machinery/object';
import { applyJsonPatch } from '#core/machinery/patch';
import { normalise } from '#core/machinery/schema';
import { internalError } from '#core/machinery/status';
import { inVersion } from '../../encoding/emit.ts';
import type { ExpressionParts } from '../expressions.ts';
import type { AdmissionParts } from '../parts.ts';
import {
  type CallParts,
  callWebhook,
  denied,
  ownKind,
  refusalOfFailure,
  shownTo,
  type WebhookAnswer,
  WebhookFailure,
} from './call.ts';
import { type Webhook, webhooksIn } from './configurations.ts';
import { conditionsHold } from './conditions.ts';
import { isExempt, isSelected, wantedVersion } from './matching.ts';

export interface WebhookParts extends Pick<AdmissionParts, 'store' | 'stored'>, CallParts, ExpressionParts {
  /** What a webhook left out is filled in as if a client had. */
  readonly defaults: Defaults;
}

interface Wanted {
  readonly webhook: Webhook;
  readonly version: string;
}

function wantedBy(webhooks: readonly Webhook[], attributes: AdmissionAttributes, parts: WebhookParts): Wanted[] {
  if (webhooks.length === 0 || isExempt(attributes)) return [];
  return webhooks.flatMap((webhook) => {
    const version = wantedVersion(webhook, attributes);
    return version !== undefined && isSelected(webhook, attributes, parts.stored) ? [{ webhook, version }] : [];
  });
}

/** Lets webhooks change a request, one after another. Upstream: apiserver/pkg/admission/plugin/webhook/mutating. */
export function mutatingWebhooks(parts: WebhookParts): AdmissionPlugin {
  const webhooks = webhooksIn(parts.store, 'mutatingwebhookconfigurations', parts.expressions);
  return {
    name: 'MutatingAdmissionWebhook',
    handles: () => webhooks.list().length > 0,
    async admit(attributes) {
      const wanted = wantedBy(webhooks.list(), attributes, parts);
      let current = attributes.object;
      /** What the object was right after each webhook had seen it. */
      const seen = new Map<string, KubeObject | undefined>();
      for (const { webhook, version } of wanted) {
        current = await askToMutate(parts, webhook, version, { ...attributes, object: current });
        seen.set(webhook.id, current);
      }
      // Whoever asked for it looks once more, if others changed the object after it.
      for (const { webhook, version } of wanted) {
        const again = 'reinvocationPolicy' in webhook.hook && webhook.hook.reinvocationPolicy === 'IfNeeded';
        if (!again || sameJson(seen.get(webhook.id), current)) continue;
        current = await askToMutate(parts, webhook, version, { ...attributes, object: current });
      }
      return current;
    },
  };
}

async function askToMutate(
  parts: WebhookParts,
  webhook: Webhook,
  version: string,
  attributes: AdmissionAttributes,
): Promise<KubeObject | undefined> {
  const { object } = attributes;
  if (!conditionsHold(webhook, parts, attributes, version)) return object;
  try {
    const answer = await callWebhook(parts, webhook, attributes, version);
    for (const text of answer.warnings ?? []) attributes.warn(text);
    if (answer.allowed !== true) throw denied(webhook.name, answer);
    if (!answer.patch) return object;
    if (object === undefined) {
      const why = `admission webhook ${JSON.stringify(webhook.name)} attempted to modify the object, which is not supported for this operation`;
      throw internalError(why);
    }
    if (answer.patchType !== undefined && answer.patchType !== 'JSONPatch')
      throw new WebhookFailure(`unsupported patch type "${answer.patchType}"`);
    return patched(parts, webhook, version, attributes, object, answer);
  } catch (error) {
    const refused = refusalOfFailure(webhook, error);
    if (refused !== undefined) throw refused;
    return object;
  }
}

/** The patch is for the version that the webhook saw; what comes of it is taken as if a client had sent it. */
function patched(
  { defaults }: WebhookParts,
  { name }: Webhook,
  version: string,
  attributes: AdmissionAttributes,
  object: KubeObject,
  { patch = '' }: WebhookAnswer,
): KubeObject {
  const { definition } = attributes;
  const shown = shownTo(attributes, object, version);
  let changed: JsonObject;
  try {
    changed = applyJsonPatch(shown as unknown as Json, parseJson(fromBase64(patch)).value) as JsonObject;
  } catch (error) {
    throw internalError(
      `admission webhook ${JSON.stringify(name)} sent a patch that does not apply: ${(error as Error).message}`,
    );
  }
  if (ownKind(attributes) !== undefined) return changed as unknown as KubeObject;
  const schema = definition.versions.find((one) => one.version === version)?.schema;
  const ordered = schema === undefined ? changed : normalise(schema, changed).value;
  const whole = defaults(ordered as JsonObject, definition.group, version, definition.kind) as unknown as KubeObject;
  const stored = inVersion(definition, whole, definition.storageVersion);
  // A webhook cannot change who manages which field.
  const { managedFields } = object.metadata;
  const { managedFields: _sent, ...metadata } = stored.metadata;
  return { ...stored, metadata: managedFields === undefined ? metadata : { ...metadata, managedFields } };
}

/** Lets webhooks refuse a request, all at once. Upstream: apiserver/pkg/admission/plugin/webhook/validating. */
export function validatingWebhooks(parts: WebhookParts): AdmissionPlugin {
  const webhooks = webhooksIn(parts.store, 'validatingwebhookconfigurations', parts.expressions);
  return {
    name: 'ValidatingAdmissionWebhook',
    handles: () => webhooks.list().length > 0,
    async validate(attributes) {
      const wanted = wantedBy(webhooks.list(), attributes, parts).filter(({ webhook, version }) =>
        conditionsHold(webhook, parts, attributes, version),
      );
      const refusals = await Promise.all(wanted.map((one) => askToValidate(parts, one, attributes)));
      const first = refusals.find((one) => one !== undefined);
      if (first !== undefined) throw first;
    },
  };
}

async function askToValidate(
  parts: WebhookParts,
  { webhook, version }: Wanted,
  attributes: AdmissionAttributes,
): Promise<unknown> {
  try {
    const answer = await callWebhook(parts, webhook, attributes, version);
    for (const text of answer.warnings ?? []) attributes.warn(text);
    return answer.allowed === true ? undefined : denied(webhook.name, answer);
  } catch (error) {
    return refusalOfFailure(webhook, error);
  }
}
