import type { Convert } from '#core/api/apiextensions/custom';
import type { CustomResourceDefinition } from '#core/api/types';
import type { Outbound } from '#core/apiserver';
import { post, WebhookFailure } from '#core/apiserver/admission';
import { isObject, type Json, type JsonObject, sameJson, stringify, type Turns, utf8 } from '#core/base';
import { type KubeObject, typeText } from '#core/machinery/object';
import { internalError } from '#core/machinery/status';
import { withPlainFields } from '../encoding/emit.ts';

export interface ConversionParts {
  readonly turns: Turns;
  readonly uuid: () => string;
  readonly outbound?: Outbound;
}

/** Upstream: apiextensions-apiserver/pkg/apiserver/conversion/webhook_converter.go. */
const SECONDS = 30;
const REVIEWS = ['v1', 'v1beta1'];
const GROUP = 'apiextensions.k8s.io';

/** The objects that a review gives back; throws an Error that says what is wrong with it. */
function convertedObjects(review: JsonObject, apiVersion: string, uid: string): readonly Json[] {
  const { response } = review;
  if (review['kind'] !== 'ConversionReview' || review['apiVersion'] !== apiVersion) {
    const got = typeText(String(review['apiVersion'] ?? ''), String(review['kind'] ?? ''));
    throw new Error(`expected webhook response of ${typeText(apiVersion, 'ConversionReview')}, got ${got}`);
  }
  if (!isObject(response)) throw new Error('no response provided');
  if (apiVersion === `${GROUP}/v1` && response['uid'] !== uid)
    throw new Error(`expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(response['uid'] ?? '')}`);
  const { status = '', message = '' } = (response['result'] ?? {}) as {
    readonly status?: string;
    readonly message?: string;
  };
  if (status !== 'Success')
    throw new Error(message === '' ? `response.result.status was '${status}', not 'Success'` : message);
  return (response['convertedObjects'] ?? []) as readonly Json[];
}

/** An object as it was converted, with the metadata that a conversion may not change. Throws an Error. */
function restored(converted: Json | undefined, given: KubeObject, apiVersion: string): KubeObject {
  if (!isObject(converted)) throw new Error('invalid type');
  const { kind, apiVersion: version, metadata } = converted;
  if (version !== apiVersion)
    throw new Error(`invalid groupVersion (expected ${apiVersion}, received ${String(version ?? '')})`);
  if (kind !== given.kind) throw new Error(`invalid kind (expected ${given.kind}, received ${String(kind ?? '')})`);
  if (!isObject(metadata)) throw new Error('missing metadata in converted object');
  for (const [field, shown] of [
    ['name', 'name'],
    ['namespace', 'namespace'],
    ['uid', 'UID'],
  ] as const) {
    const [before, after] = [given.metadata[field], metadata[field]];
    if (!sameJson(before ?? '', after ?? ''))
      throw new Error(`must have the same ${shown}: ${String(before ?? '')} != ${String(after ?? '')}`);
  }
  const { labels: _, annotations: _1, ...kept } = given.metadata;
  const { labels, annotations } = metadata;
  const own = { ...(annotations ? { annotations } : {}), ...(labels ? { labels } : {}) };
  return { ...converted, metadata: { ...kept, ...own } } as unknown as KubeObject;
}

/** Calls the conversion webhooks of definitions; undefined where nothing can be called. */
export function converter({ outbound, turns, uuid }: ConversionParts): Convert | undefined {
  if (outbound === undefined) return undefined;
  return async (crd: CustomResourceDefinition, objects: readonly KubeObject[], apiVersion: string) => {
    const { webhook } = crd.spec.conversion ?? {};
    const version = webhook?.conversionReviewVersions.find((one) => REVIEWS.includes(one));
    const failed = (why: string) => {
      const { apiVersion: from, kind } = objects[0]!;
      return internalError(`conversion webhook for ${typeText(from, kind)} failed: ${why}`);
    };
    if (webhook?.clientConfig === undefined || version === undefined)
      throw failed('no supported conversion review versions');
    const uid = uuid();
    const reviewVersion = `${GROUP}/${version}`;
    const request = { uid, desiredAPIVersion: apiVersion, objects: objects.map(withPlainFields) };
    const review = { kind: 'ConversionReview', apiVersion: reviewVersion, request };
    try {
      const body = utf8(stringify(review as unknown as Json));
      const answer = await post({ outbound, turns }, webhook.clientConfig as never, body, SECONDS);
      const converted = convertedObjects(answer, reviewVersion, uid);
      if (converted.length !== objects.length)
        throw new Error(`returned ${converted.length} objects, expected ${objects.length}`);
      return objects.map((one, i) => restored(converted[i], one, apiVersion));
    } catch (failure) {
      const { message } = failure as Error;
      throw failed(failure instanceof WebhookFailure ? message.replace(/^failed to call webhook: /, '') : message);
    }
  };
}
