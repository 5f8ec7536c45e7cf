import {
  concat,
  fromBase64,
  lossyTextOf,
  type Json,
  type JsonObject,
  sleep,
  stringify,
  type Turns,
  utf8,
  type Readable,
  parseJson,
  textOf,
} from '#core/base';
import type { ResourceDefinition } from '#core/api/definition';
import { type KubeObject, parseApiVersion } from '#core/machinery/object';
import { normalise } from '#core/machinery/schema';
import { badRequest, internalError, isStatusError, type Status, StatusError } from '#core/machinery/status';
import type { AdmissionAttributes, Outbound, OutboundAnswer, Target } from '#core/apiserver';
import { userInfoOf } from '#core/apiserver/auth';
import { inVersion, withPlainFields } from '../../encoding/emit.ts';
import type { Webhook } from './configurations.ts';

export interface CallParts {
  readonly outbound: Outbound;
  readonly turns: Turns;
  readonly uuid: () => string;
}

/** What a webhook answered. */
export interface WebhookAnswer {
  readonly uid?: string;
  readonly allowed?: boolean;
  readonly status?: Status;
  /** Base64 of a JSON patch. */
  readonly patch?: string;
  readonly patchType?: string;
  readonly warnings?: readonly string[];
}

/** The webhook did not answer, or not sensibly; whether that counts is its failurePolicy's to say. */
export class WebhookFailure extends Error {}

const MAX_ANSWER = 3 * 1024 * 1024;
const DEFAULT_SECONDS = 10;

/** Throws a WebhookFailure, or a StatusError where a dry run cannot be asked for. Upstream: apiserver/pkg/admission/plugin/webhook/request. */
export async function callWebhook(
  parts: CallParts,
  webhook: Webhook,
  attributes: AdmissionAttributes,
  version: string,
): Promise<WebhookAnswer> {
  const { hook, name } = webhook;
  if (attributes.dryRun && hook.sideEffects !== 'None' && hook.sideEffects !== 'NoneOnDryRun') {
    throw badRequest(`admission webhook ${JSON.stringify(name)} does not support dry run`);
  }
  const reviewVersion = hook.admissionReviewVersions.find((one) => one === 'v1' || one === 'v1beta1');
  if (reviewVersion === undefined)
    throw new WebhookFailure('webhook does not accept known AdmissionReview versions (v1, v1beta1)');
  const uid = parts.uuid();
  const apiVersion = `admission.k8s.io/${reviewVersion}`;
  const review = { kind: 'AdmissionReview', apiVersion, request: requestOf(attributes, version, uid) };
  const answered = await post(
    parts,
    hook.clientConfig,
    utf8(stringify(review as unknown as Json)),
    hook.timeoutSeconds ?? DEFAULT_SECONDS,
  );
  return checked(answered, apiVersion, uid);
}

function requestOf(attributes: AdmissionAttributes, version: string, uid: string): object {
  const { object, old } = attributes;
  const shown = (one: KubeObject | undefined) => (one === undefined ? null : shownTo(attributes, one, version));
  const { group, resource } = attributes.definition;
  return {
    uid,
    ...aboutRequest(attributes, version),
    resource: { group, version, resource },
    object: shown(object),
    oldObject: shown(old),
  };
}

/** What a request is about, but for the objects. */
export function aboutRequest(attributes: AdmissionAttributes, version: string): object {
  const { definition, subresource, operation, namespace, name, user, dryRun, options } = attributes;
  const { group, resource } = definition;
  const own = ownKind(attributes);
  const kind = (of: string) => own ?? { group, version: of, kind: definition.kind };
  const asked = { group, version: attributes.version, resource };
  return {
    kind: kind(version),
    resource: asked,
    ...(subresource === '' ? {} : { subResource: subresource }),
    requestKind: kind(attributes.version),
    requestResource: asked,
    ...(subresource === '' ? {} : { requestSubResource: subresource }),
    ...(name === '' ? {} : { name }),
    ...(namespace === '' ? {} : { namespace }),
    operation,
    userInfo: userInfoOf(user),
    dryRun,
    options: Object.keys(options).length === 0 ? null : options,
  };
}

/** An object as a webhook of a version gets it, and as its patch expects it: what is empty is written as Go writes it. */
export function shownTo(attributes: AdmissionAttributes, object: KubeObject, version: string): KubeObject {
  // The options of a connection have no metadata.
  if (!('metadata' in object)) return object;
  if (ownKind(attributes) !== undefined) return withPlainFields(object);
  return writtenIn(attributes.definition, object, version);
}

/** A stored object as it is written in one of its versions. */
export function writtenIn(definition: ResourceDefinition, object: KubeObject, version: string): KubeObject {
  const converted = inVersion(definition, object, version);
  const schema = definition.versions.find((one) => one.version === version)?.schema;
  const written = schema === undefined ? converted : normalise(schema, converted as unknown as Json, 'written').value;
  return withPlainFields(written as unknown as KubeObject);
}

/** The kind of what a subresource takes, where it is not the resource's. */
export function ownKind({ definition, object, subresource }: AdmissionAttributes) {
  if (subresource === '' || object === undefined || object.kind === definition.kind) return undefined;
  return { ...parseApiVersion(object.apiVersion), kind: object.kind };
}

function addressOf(clientConfig: Webhook['hook']['clientConfig']): { target: Target; path: string; shown: string } {
  const ca = clientConfig.caBundle === undefined ? {} : { ca: textOf(fromBase64(clientConfig.caBundle)) };
  const { service, url } = clientConfig;
  if (service !== undefined) {
    const { namespace, name, port = 443 } = service;
    const serverName = `${name}.${namespace}.svc`;
    const path = service.path === undefined ? '/' : `/${service.path.replace(/^\//, '')}`;
    const target: Target = {
      kind: 'service',
      namespace,
      name,
      port: String(port),
      scheme: 'https',
      tls: { ...ca, serverName },
    };
    return { target, path, shown: `https://${serverName}:${port}${path}` };
  }
  const parsed = new URL(url ?? '');
  return { target: { kind: 'url', url: url ?? '', tls: ca }, path: parsed.pathname + parsed.search, shown: url ?? '' };
}

/** Sends a review and reads what comes back. Throws a WebhookFailure. */
export async function post(
  { outbound, turns }: Pick<CallParts, 'outbound' | 'turns'>,
  clientConfig: Webhook['hook']['clientConfig'],
  body: Uint8Array,
  seconds: number,
): Promise<JsonObject> {
  const { target, path, shown } = addressOf(clientConfig);
  const separator = path.includes('?') ? '&' : '?';
  const timed = `${path}${separator}timeout=${seconds}s`;
  const giveUp = new AbortController();
  const late = new AbortController();
  const failure = (why: string) =>
    new WebhookFailure(`failed to call webhook: Post "${shown}${separator}timeout=${seconds}s": ${why}`);
  const timeout = sleep(turns, seconds * 1000, late.signal).then(() => {
    giveUp.abort(new Error('timeout'));
    throw failure('context deadline exceeded');
  });
  timeout.catch(() => undefined);
  const asked = outbound
    .request(target, {
      method: 'POST',
      path: timed,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body,
      timeout: seconds * 1000,
      signal: giveUp.signal,
    })
    .then(async (answer) => ({ answer, text: await wholeOf(answer.body) }));
  try {
    const { answer, text } = await Promise.race([asked, timeout]);
    return bodyOf(answer, text, failure);
  } catch (error) {
    if (error instanceof WebhookFailure) throw error;
    throw failure(error instanceof Error ? error.message : String(error));
  } finally {
    asked.catch(() => undefined);
    late.abort();
  }
}

async function wholeOf(body: Readable): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (let chunk = await body.read(); chunk !== undefined; chunk = await body.read()) {
    length += chunk.length;
    if (length > MAX_ANSWER) {
      body.cancel();
      throw new Error(`the answer is longer than ${MAX_ANSWER} bytes`);
    }
    chunks.push(chunk);
  }
  return concat(chunks);
}

function bodyOf({ status }: OutboundAnswer, bytes: Uint8Array, failure: (why: string) => Error): JsonObject {
  if (status < 200 || status > 299)
    throw new WebhookFailure(
      `failed to call webhook: the server answered ${status}: ${lossyTextOf(bytes).slice(0, 200)}`,
    );
  try {
    return parseJson(bytes).value as JsonObject;
  } catch (error) {
    throw failure((error as Error).message);
  }
}

function checked(review: JsonObject, apiVersion: string, uid: string): WebhookAnswer {
  const invalid = (why: string) => new WebhookFailure(`received invalid webhook response: ${why}`);
  const answer = review['response'] as WebhookAnswer | undefined;
  if (typeof answer !== 'object' || answer === null) throw invalid('webhook response was absent');
  if (apiVersion === 'admission.k8s.io/v1beta1') return answer;
  if (answer.uid !== uid)
    throw invalid(`expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(answer.uid ?? '')}`);
  if (review['apiVersion'] !== apiVersion || review['kind'] !== 'AdmissionReview') {
    const got = `${String(review['apiVersion'] ?? '')}, Kind=${String(review['kind'] ?? '')}`;
    throw invalid(`expected webhook response of ${apiVersion}, Kind=AdmissionReview, got ${got}`);
  }
  if (answer.patch && !answer.patchType) throw invalid('webhook returned response.patch but not response.patchType');
  if (!answer.patch && answer.patchType) throw invalid('webhook returned response.patchType but not response.patch');
  return answer;
}

/** The refusal in the webhook's own words. A Status that it sends may have any reason and code, so no constructor makes this one. */
export function denied(name: string, { status }: WebhookAnswer): StatusError {
  const by = `admission webhook ${JSON.stringify(name)} denied the request`;
  const why = status?.message || status?.reason;
  return new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    ...status,
    status: 'Failure',
    code: Math.max(status?.code ?? 0, 400),
    message: why ? `${by}: ${why}` : `${by} without explanation`,
  });
}

/** What a failed call means: `undefined` where the webhook's policy lets it pass. */
export function refusalOfFailure({ hook, name }: Webhook, error: unknown): unknown {
  if (isStatusError(error)) return error;
  if (!(error instanceof WebhookFailure)) return error;
  if (hook.failurePolicy === 'Ignore') return undefined;
  return internalError(`failed calling webhook ${JSON.stringify(name)}: ${error.message}`);
}
