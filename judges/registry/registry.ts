import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readTar } from './tar.ts';

export interface RegistryParts {
  readonly address: string;
  /** 0 takes any that is free. */
  readonly port: number;
  /** OCI-layout archives; any repository is served under the names that they carry. */
  readonly archives: readonly Uint8Array[];
  /** Repositories below `private/` need this user. */
  readonly user?: { readonly name: string; readonly password: string };
}

export interface Registry {
  readonly url: string;
  /** Methods and paths asked for, in order. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

interface Blob {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

/** Name and tag without the registry's host: containerd asks a mirror for `library/busybox`, whichever registry it stands for. */
const withoutHost = (reference: string): string => reference.slice(reference.indexOf('/') + 1);

/** A read-only registry (OCI distribution) over archives, so that pulling is real without a way out of the machine. */
export async function serveRegistry({ address, port, archives, user }: RegistryParts): Promise<Registry> {
  const blobs = new Map<string, Blob>();
  const tags = new Map<string, string>();
  for (const archive of archives) {
    for (const { path, content } of readTar(archive)) {
      const digest = /^(?:\.\/)?blobs\/sha256\/([0-9a-f]{64})$/.exec(path)?.[1];
      if (digest !== undefined) blobs.set(`sha256:${digest}`, { bytes: content, mediaType: mediaTypeOf(content) });
      if (path.replace('./', '') !== 'index.json') continue;
      const index = JSON.parse(Buffer.from(content).toString()) as {
        manifests: { digest: string; annotations: Record<string, string> }[];
      };
      for (const { digest: manifest, annotations } of index.manifests) {
        tags.set(withoutHost(annotations['io.containerd.image.name'] ?? ''), manifest);
      }
    }
  }
  const requests: string[] = [];
  const expected = user === undefined ? undefined : `Basic ${btoa(`${user.name}:${user.password}`)}`;

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    requests.push(`${request.method} ${path}`);
    const match = /^\/v2\/(?:(.+)\/(manifests|blobs)\/([^/]+))?$/.exec(path);
    if (match === null || (request.method !== 'GET' && request.method !== 'HEAD'))
      return refuse(response, 404, 'UNSUPPORTED');
    const [, repository, kind, reference = ''] = match;
    if (repository === undefined) return void response.end('{}');
    if (repository.startsWith('private/') && request.headers.authorization !== expected) {
      response.setHeader('www-authenticate', 'Basic realm="registry"');
      return refuse(response, 401, 'UNAUTHORIZED');
    }
    const name = repository.replace(/^private\//, '');
    const digest = reference.startsWith('sha256:') ? reference : tags.get(`${name}:${reference}`);
    const blob = digest === undefined ? undefined : blobs.get(digest);
    if (blob === undefined) return refuse(response, 404, kind === 'blobs' ? 'BLOB_UNKNOWN' : 'MANIFEST_UNKNOWN');
    response.writeHead(200, {
      'content-type': kind === 'blobs' ? 'application/octet-stream' : blob.mediaType,
      'content-length': blob.bytes.length,
      'docker-content-digest': digest!,
    });
    response.end(request.method === 'HEAD' ? undefined : blob.bytes);
  };
  const server = createServer(answer);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, resolve);
  });
  return {
    url: `http://${address}:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function mediaTypeOf(content: Uint8Array): string {
  if (content[0] !== 0x7b) return 'application/octet-stream';
  const { mediaType } = JSON.parse(Buffer.from(content).toString()) as { mediaType?: string };
  return mediaType ?? 'application/vnd.oci.image.config.v1+json';
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ errors: [{ code, message: code }] }));
}
