import type { ProjectedVolumeSource, Volume, VolumeProjection } from '#core/api/types';
import { remembered } from '#core/base';

/** A file in a volume, and which source writes it, where the volume has several. */
interface Written {
  readonly path: string;
  readonly source: string;
}

const NONE: readonly string[] = [];

type Files = readonly { readonly path: string }[] | undefined;
const NOTHING: readonly Written[] = [];
const writtenBy = (items: Files, source: string): readonly Written[] =>
  items === undefined ? NOTHING : items.map(({ path }) => ({ path, source }));

const named = (kind: string, name = ''): string => `${kind} ${JSON.stringify(name)}`;

function projected(source: VolumeProjection): readonly Written[] {
  const { configMap, secret, downwardAPI, serviceAccountToken, clusterTrustBundle, podCertificate } = source;
  if (configMap?.items !== undefined) return writtenBy(configMap.items, named('ConfigMap', configMap.name));
  if (secret?.items !== undefined) return writtenBy(secret.items, named('Secret', secret.name));
  if (downwardAPI?.items !== undefined) return writtenBy(downwardAPI.items, 'DownwardAPI');
  if (serviceAccountToken !== undefined) return writtenBy([serviceAccountToken], 'ServiceAccountToken');
  if (clusterTrustBundle !== undefined) {
    const { name, signerName } = clusterTrustBundle;
    return writtenBy([clusterTrustBundle], named('ClusterTrustBundle', name ?? signerName));
  }
  return [
    { path: podCertificate?.certificateChainPath ?? '', source: 'PodCertificate chain' },
    { path: podCertificate?.keyPath ?? '', source: 'PodCertificate key' },
    { path: podCertificate?.credentialBundlePath ?? '', source: 'PodCertificate credential bundle' },
  ].filter(({ path }) => path !== '');
}

const shown = ({ path, source }: Written): string =>
  source === '' ? JSON.stringify(path) : `${JSON.stringify(path)} (${source})`;

const holds = (folder: string, path: string): boolean => `${path}/`.startsWith(`${folder}/`);

/** Pairs of files of which one is, or lies in, the other. */
function overlaps(files: readonly Written[]): readonly string[] {
  if (files.length < 2) return NONE;
  const earlier: Written[] = [];
  return files.flatMap(({ path: given, source }) => {
    const one = { path: given.replace(/\/+$/, ''), source };
    const met = earlier.filter(
      ({ path }) => path !== '' && one.path !== '' && (holds(path, one.path) || holds(one.path, path)),
    );
    earlier.push(one);
    return met.map((other) => `${shown(one)} with ${shown(other)}`);
  });
}

/** What there is to say of several sources. All volumes for tokens have the very same. */
const ofProjected = remembered((many: ProjectedVolumeSource) => {
  const sources = many.sources ?? [];
  const empty = sources.filter((source) => Object.keys(source).length === 0);
  return [
    ...empty.map(() => '(Projected) has no sources provided'),
    ...overlaps(sources.flatMap(projected)).map((pair) => `(Projected): overlapping paths: ${pair}`),
  ];
});

/** Files of a volume that hide each other. Upstream: pkg/api/pod/warnings.go (warningsForOverlappingVirtualPaths). */
export function overlapWarnings({ name, configMap, secret, downwardAPI, projected: many }: Volume): readonly string[] {
  const said = (what: () => string, files: Files) =>
    overlaps(writtenBy(files, '')).map((pair) => `(${what()}): overlapping paths: ${pair}`);
  const told = [
    ...said(() => named('ConfigMap', configMap?.name), configMap?.items),
    ...said(() => named('Secret', secret?.secretName), secret?.items),
    ...said(() => 'DownwardAPI', downwardAPI?.items),
    ...(many === undefined ? NONE : ofProjected(many)),
  ];
  return told.map((what) => `volume ${JSON.stringify(name)} ${what}`);
}
