import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { tar, type TarEntry } from './tar.ts';

/** The part of an image's configuration that says how it is run, in the OCI's own names. */
export interface ImageConfig {
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Env?: readonly string[];
  readonly User?: string;
  readonly WorkingDir?: string;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  readonly Volumes?: Readonly<Record<string, object>>;
  readonly StopSignal?: string;
  readonly Labels?: Readonly<Record<string, string>>;
}

export interface ImageSpec {
  /** Full references, with registry and tag: `docker.io/library/busybox:1.35`. */
  readonly references: readonly string[];
  readonly config: ImageConfig;
  readonly layers: readonly (readonly TarEntry[])[];
  readonly architecture: string;
}

export interface ImageArchive {
  /** An OCI-layout tar as `ctr images import` takes it. */
  readonly bytes: Buffer;
  /** The manifest's digest. */
  readonly digest: string;
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const json = (value: object): Buffer => Buffer.from(JSON.stringify(value));

/** Node's architecture in the OCI's words. */
export const ociArchitecture = (architecture: string): string => (architecture === 'x64' ? 'amd64' : architecture);

/** Builds an image without a container tool. The same input gives the same bytes. */
export function imageArchive({ references, config, layers, architecture }: ImageSpec): ImageArchive {
  const blobs = new Map<string, Buffer>();
  const put = (bytes: Buffer, mediaType: string): Descriptor => {
    const digest = sha256(bytes);
    blobs.set(digest, bytes);
    return { mediaType, digest: `sha256:${digest}`, size: bytes.length };
  };
  const archives = layers.map((layer) => tar(layer));
  const layerDescriptors = archives.map((archive) =>
    put(gzipSync(archive, { level: 6 }), 'application/vnd.oci.image.layer.v1.tar+gzip'),
  );
  const created = '1970-01-01T00:00:00Z';
  const configDescriptor = put(
    json({
      created,
      architecture,
      os: 'linux',
      config,
      rootfs: { type: 'layers', diff_ids: archives.map((archive) => `sha256:${sha256(archive)}`) },
      history: layers.map(() => ({ created })),
    }),
    'application/vnd.oci.image.config.v1+json',
  );
  const manifest = put(
    json({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: configDescriptor,
      layers: layerDescriptors,
    }),
    'application/vnd.oci.image.manifest.v1+json',
  );
  const index = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: references.map((reference) => ({
      ...manifest,
      platform: { architecture, os: 'linux' },
      annotations: {
        'io.containerd.image.name': reference,
        'org.opencontainers.image.ref.name': reference.slice(reference.lastIndexOf(':') + 1),
      },
    })),
  };
  const bytes = tar([
    { path: 'oci-layout', mode: 0o644, content: json({ imageLayoutVersion: '1.0.0' }) },
    { path: 'index.json', mode: 0o644, content: json(index) },
    { path: 'blobs/', mode: 0o755 },
    { path: 'blobs/sha256/', mode: 0o755 },
    ...[...blobs].map(([digest, content]) => ({ path: `blobs/sha256/${digest}`, mode: 0o644, content })),
  ]);
  return { bytes, digest: manifest.digest };
}
