import { isKubernetesSigner, signerNameProblems, trustBundleNameProblems } from '#core/api/rules';
import type {
  ClusterTrustBundleProjection,
  KeyToPath,
  PodCertificateProjection,
  ProjectedVolumeSource,
  VolumeProjection,
} from '#core/api/types';
import { qualifiedNameProblems } from '#core/machinery/names';
import { forbiddenField, invalid, notSupported, type Problem, required, tooLong } from '#core/machinery/status';
import { each, given, MAX_ANNOTATIONS, selectorProblems } from '#core/machinery/validation';
import { writable } from './paths.ts';
import { downwardFile, fileMode, item } from './volume-files.ts';

/** Where one source stands, and the files that the volume has already. */
interface Place {
  readonly path: string;
  readonly problems: Problem[];
  /** Of the volume as a whole: some refusals speak of it. */
  readonly volume: string;
  /** Two sources may not write one file. `shown`: what a refusal shows, if not the file. */
  readonly take: (file: string, shown?: string) => void;
}

type Judge<K extends keyof VolumeProjection> = (source: NonNullable<VolumeProjection[K]>, place: Place) => void;

const keys = (
  { name = '', items }: { readonly name?: string; readonly items?: readonly KeyToPath[] },
  { path, problems, take }: Place,
): void => {
  if (name === '') problems.push(required(`${path}.name`));
  each(...item)(items, `${path}.items`, problems);
  for (const { path: file } of items ?? []) if (file !== '') take(file, name);
};

const TEN_MINUTES = 600;

const token: Judge<'serviceAccountToken'> = ({ expirationSeconds = 0, path: file }, { path, problems, volume }) => {
  const refuse = (detail: string) => problems.push(invalid(`${path}.expirationSeconds`, expirationSeconds, detail));
  if (expirationSeconds < TEN_MINUTES) refuse('may not specify a duration less than 10 minutes');
  if (expirationSeconds > 2 ** 32) refuse('may not specify a duration larger than 2^32 seconds');
  if (file === '') problems.push(required(`${volume}.path`));
  else writable(file, `${volume}.path`, problems);
};

function bundleProblems(bundle: ClusterTrustBundleProjection, path: string, problems: Problem[]): void {
  const { name, signerName, labelSelector } = bundle;
  if (name !== undefined && signerName !== undefined) {
    problems.push(invalid(path, bundle, 'only one of name and signerName may be used'));
  } else if (name !== undefined) {
    if (name === '') problems.push(required(`${path}.name`, 'must be a valid object name'));
    for (const why of trustBundleNameProblems(name)) {
      problems.push(invalid(`${path}.name`, name, `not a valid clustertrustbundlename: ${why}`));
    }
    if (labelSelector === undefined) return;
    problems.push(invalid(`${path}.labelSelector`, labelSelector, 'labelSelector must be unset if name is specified'));
  } else if (signerName !== undefined) {
    if (signerName === '') problems.push(required(`${path}.signerName`, 'must be a valid signer name'));
    problems.push(...signerNameProblems(signerName, `${path}.signerName`));
    given(selectorProblems)(labelSelector, `${path}.labelSelector`, problems);
  } else problems.push(required(path, 'either name or signerName must be specified'));
}

const bundle: Judge<'clusterTrustBundle'> = (source, { path, problems, take }) => {
  bundleProblems(source, path, problems);
  if (source.path === '') problems.push(required(`${path}.path`));
  writable(source.path, `${path}.path`, problems);
  take(source.path);
};

const KEY_TYPES = ['RSA3072', 'RSA4096', 'ECDSAP256', 'ECDSAP384', 'ECDSAP521', 'ED25519'];
const HOUR = 3600;
const DAY = 24 * HOUR;
const PATHS = ['credentialBundlePath', 'keyPath', 'certificateChainPath'] as const;

function lifetimeProblems(
  { maxExpirationSeconds: seconds, signerName }: PodCertificateProjection,
  path: string,
  problems: Problem[],
): void {
  if (seconds === undefined) return;
  const most = isKubernetesSigner(signerName) ? DAY : 91 * DAY;
  const refuse = (bound: string) =>
    problems.push(invalid(path, seconds, `if provided, maxExpirationSeconds must be ${bound}`));
  if (seconds < HOUR) refuse(`>= ${HOUR}`);
  if (seconds > most) refuse(`<= ${most}`);
}

function userAnnotationProblems(
  annotations: Readonly<Record<string, string>> | undefined,
  path: string,
  problems: Problem[],
): void {
  let size = 0;
  for (const [name, value] of Object.entries(annotations ?? {})) {
    const key = name.toLowerCase();
    size += name.length + value.length;
    const details = qualifiedNameProblems(key);
    for (const detail of details) problems.push(invalid(path, key, detail));
    if (details.length > 0 || key.includes('/')) continue;
    problems.push(invalid(path, key, 'must be a domain-prefixed key (such as "acme.io/foo")'));
  }
  if (size > MAX_ANNOTATIONS) problems.push(tooLong(path, MAX_ANNOTATIONS));
}

const certificate: Judge<'podCertificate'> = (source, { path, problems, take }) => {
  problems.push(...signerNameProblems(source.signerName, `${path}.signerName`));
  userAnnotationProblems(source.userAnnotations, `${path}.userAnnotations`, problems);
  if (!KEY_TYPES.includes(source.keyType)) {
    problems.push(notSupported(`${path}.keyType`, source.keyType, KEY_TYPES));
  }
  lifetimeProblems(source, `${path}.maxExpirationSeconds`, problems);
  const files = PATHS.filter((field) => (source[field] ?? '') !== '');
  for (const field of files) {
    writable(source[field]!, `${path}.${field}`, problems);
    take(source[field]!);
  }
  if (files.length > 0) return;
  problems.push(required(path, 'specify at least one of credentialBundlePath, keyPath, and certificateChainPath'));
};

const SOURCES: { readonly [K in keyof VolumeProjection]-?: Judge<K> } = {
  secret: keys,
  configMap: keys,
  downwardAPI: ({ items }, { path, problems, take }) => {
    for (const file of items ?? []) {
      downwardFile(file, path, problems);
      if (file.path !== '') take(file.path);
    }
  },
  serviceAccountToken: token,
  clusterTrustBundle: bundle,
  podCertificate: certificate,
};

/** Several sources in one folder. Upstream: pkg/apis/core/validation/validation.go (validateProjectionSources). */
export function projectedProblems(
  { sources, defaultMode }: ProjectedVolumeSource,
  path: string,
  problems: Problem[],
): void {
  fileMode(defaultMode, `${path}.defaultMode`, problems);
  const taken = new Set<string>();
  const take = (file: string, shown = file) => {
    if (taken.has(file)) problems.push(invalid(path, shown, 'conflicting duplicate paths'));
    taken.add(file);
  };
  for (const [i, source] of (sources ?? []).entries()) {
    const place = `${path}.sources[${i}]`;
    let count = 0;
    for (const name of Object.keys(SOURCES) as (keyof VolumeProjection)[]) {
      if (source[name] === undefined) continue;
      count++;
      const judge = SOURCES[name] as (source: object, place: Place) => void;
      judge(source[name], { path: `${place}.${name}`, problems, volume: path, take });
    }
    if (count > 1) problems.push(forbiddenField(place, 'may not specify more than 1 volume type per source'));
  }
}
