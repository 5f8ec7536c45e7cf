import { createPublicKey, X509Certificate } from 'node:crypto';
import {
  type CertificateRequest,
  issue,
  type Issuer,
  keyOf,
  newKey,
  type Pair,
  type Subject,
  type Usage,
} from './certificate.ts';
import { addressBytes } from './address.ts';
import { secretFolder, type SecretFolder } from './files.ts';

export interface PkiOptions {
  /** Made if it is missing. */
  readonly folder: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Addresses at which the API server is reached, beyond 127.0.0.1, ::1 and the Service's. */
  readonly addresses?: readonly string[];
  /** Names at which it is reached, beyond localhost and the Service's. */
  readonly names?: readonly string[];
  /** Address of Service `default/kubernetes`; default 10.96.0.1. */
  readonly serviceAddress?: string;
  readonly clusterDomain?: string;
}

/** The cluster's keys and certificates: made on first start, kept, and renewed on a start when they are near their end. */
export interface Pki {
  readonly folder: string;
  readonly ca: Authority;
  readonly frontProxyCa: Authority;
  /** What the API server shows. */
  readonly server: Pair;
  /** As what it calls kubelets: `kube-apiserver-kubelet-client`. */
  readonly kubeletClient: Pair;
  /** As what it calls aggregated servers: `front-proxy-client`. */
  readonly frontProxyClient: Pair;
  /** `kubernetes-admin` in `system:masters`. */
  readonly admin: Pair;
  /** PEM of the EC P-256 key that signs service-account tokens (ES256). */
  readonly serviceAccountKey: string;
  /** PEM of the public halves that verify them. */
  readonly serviceAccountPublicKeys: readonly string[];
  /** What a node needs: to call the API server as `system:node:NAME`, and to serve the kubelet's API. Kept in the folder too. */
  node(
    name: string,
    addresses: readonly string[],
    names?: readonly string[],
  ): Promise<{ readonly client: Pair; readonly serving: Pair }>;
}

export interface Authority {
  /** PEM. */
  readonly certificate: string;
  /** Signs for a public key that somebody else holds (CertificateSigningRequest). Gives PEM. */
  sign(request: CertificateRequest): string;
}

const DAY = 24 * 3600 * 1000;
/** As kubeadm has them. */
const AUTHORITY_LIFE = 3650 * DAY;
const LEAF_LIFE = 365 * DAY;
const RENEW_BEFORE = 60 * DAY;
/** For machines whose clocks differ. */
const BACKDATED = 3600 * 1000;

/** File names are kubeadm's. Rejects where a file of the folder is damaged or an authority's key is missing. */
export async function openPki(options: PkiOptions): Promise<Pki> {
  const { now, clusterDomain = 'cluster.local', serviceAddress = '10.96.0.1' } = options;
  const folder = await secretFolder(options.folder);
  const [ca, frontProxy, accountKey] = await Promise.all([
    authority(folder, 'ca', 'kubernetes', now),
    authority(folder, 'front-proxy-ca', 'front-proxy-ca', now),
    signingKey(folder),
  ]);
  const leaf = (file: string, issuer: LoadedAuthority, wanted: Wanted) =>
    certificate(folder, file, issuer, wanted, now);
  const client = (commonName: string, ...organizations: string[]): Wanted => ({
    subject: { commonName, organizations },
    usages: ['clientAuth'],
  });
  const [server, kubeletClient, frontProxyClient, admin] = await Promise.all([
    leaf('apiserver', ca, {
      subject: { commonName: 'kube-apiserver' },
      usages: ['serverAuth'],
      names: [
        'localhost',
        'kubernetes',
        'kubernetes.default',
        'kubernetes.default.svc',
        `kubernetes.default.svc.${clusterDomain}`,
        ...(options.names ?? []),
      ],
      addresses: ['127.0.0.1', '::1', serviceAddress, ...(options.addresses ?? [])],
    }),
    leaf('apiserver-kubelet-client', ca, client('kube-apiserver-kubelet-client', 'system:masters')),
    leaf('front-proxy-client', frontProxy, client('front-proxy-client')),
    leaf('admin', ca, client('kubernetes-admin', 'system:masters')),
  ]);
  await folder.flush();
  return {
    folder: folder.path,
    ca: ca.authority,
    frontProxyCa: frontProxy.authority,
    server,
    kubeletClient,
    frontProxyClient,
    admin,
    ...accountKey,
    async node(name, addresses, names = []) {
      const user = `system:node:${name}`;
      const [client, serving] = await Promise.all([
        leaf(`node-${name}-client`, ca, {
          subject: { commonName: user, organizations: ['system:nodes'] },
          usages: ['clientAuth'],
        }),
        leaf(`node-${name}-serving`, ca, {
          subject: { commonName: user, organizations: ['system:nodes'] },
          usages: ['serverAuth'],
          names: [name, ...names.filter((one) => one !== name)],
          addresses,
        }),
      ]);
      await folder.flush();
      return { client, serving };
    },
  };
}

interface LoadedAuthority {
  readonly authority: Authority;
  readonly certificate: X509Certificate;
  readonly issuer: Issuer;
}

async function authority(
  folder: SecretFolder,
  file: string,
  commonName: string,
  now: number,
): Promise<LoadedAuthority> {
  const [text, keyText] = await Promise.all([folder.read(`${file}.crt`), folder.read(`${file}.key`)]);
  if (keyText === undefined && text !== undefined) {
    throw new Error(
      `${folder.path}/${file}.crt is there but ${file}.key is not: restore it, or remove both and every certificate they signed`,
    );
  }
  const made = keyText === undefined ? newKey() : undefined;
  const key = made?.key ?? keyOf(keyText!);
  const subject: Subject = { commonName };
  const publicKey = made?.publicKey ?? createPublicKey(key).export({ format: 'der', type: 'spki' });
  const issuer: Issuer = { subject, publicKey, key };
  // The key goes first: a certificate without its key could never be used again, a key without one gets a new one here.
  if (made !== undefined) await folder.write(`${file}.key`, made.pem);
  let certificate = text;
  if (certificate === undefined) {
    const life = { notBefore: now - BACKDATED, notAfter: now + AUTHORITY_LIFE };
    certificate = issue({ subject, publicKey, usages: 'CA', ...life }, issuer);
    await folder.write(`${file}.crt`, certificate);
  }
  const parsed = new X509Certificate(certificate);
  if (!parsed.checkPrivateKey(key))
    throw new Error(`${folder.path}/${file}.crt and ${file}.key do not belong together`);
  return {
    authority: { certificate, sign: (request) => issue(request, issuer) },
    certificate: parsed,
    issuer,
  };
}

interface Wanted {
  readonly subject: Subject;
  readonly usages: readonly Usage[];
  readonly names?: readonly string[];
  readonly addresses?: readonly string[];
}

/** The pair as it lies in the folder, if it is still what is wanted; else a new one. */
async function certificate(
  folder: SecretFolder,
  file: string,
  by: LoadedAuthority,
  wanted: Wanted,
  now: number,
): Promise<Pair> {
  const [text, key] = await Promise.all([folder.read(`${file}.crt`), folder.read(`${file}.key`)]);
  if (text !== undefined && key !== undefined && isStillGood(text, key, by, wanted, now))
    return { certificate: text, key };
  const made = newKey();
  const life = { notBefore: now - BACKDATED, notAfter: now + LEAF_LIFE };
  const pair = {
    certificate: issue(
      {
        ...wanted,
        names: unique(wanted.names),
        addresses: unique(wanted.addresses),
        publicKey: made.publicKey,
        ...life,
      },
      by.issuer,
    ),
    key: made.pem,
  };
  // A crash between the two leaves a pair that does not match, which the next start replaces.
  await folder.write(`${file}.key`, pair.key);
  await folder.write(`${file}.crt`, pair.certificate);
  return pair;
}

const unique = (list: readonly string[] = []) => [...new Set(list)];

function isStillGood(text: string, key: string, by: LoadedAuthority, wanted: Wanted, now: number): boolean {
  try {
    const parsed = new X509Certificate(text);
    return (
      parsed.checkPrivateKey(keyOf(key)) &&
      parsed.verify(by.certificate.publicKey) &&
      parsed.validToDate.getTime() - now > RENEW_BEFORE &&
      parsed.subject === subjectText(wanted.subject) &&
      sameAlternatives(parsed.subjectAltName, wanted)
    );
  } catch {
    return false;
  }
}

/** As X509Certificate prints a subject. */
const subjectText = ({ commonName, organizations = [] }: Subject) =>
  [...organizations.map((one) => `O=${one}`), `CN=${commonName}`].join('\n');

function sameAlternatives(printed: string | undefined, wanted: Wanted): boolean {
  const has = new Set(
    (printed ?? '')
      .split(', ')
      .filter((one) => one !== '')
      .map(canonicalAlternative),
  );
  const wants = new Set([
    ...unique(wanted.names).map((one) => `DNS:${one}`),
    ...unique(wanted.addresses).map((one) => canonicalAlternative(`IP Address:${one}`)),
  ]);
  return has.size === wants.size && [...wants].every((one) => has.has(one));
}

const canonicalAlternative = (text: string) =>
  text.startsWith('IP Address:') ? `IP:${addressBytes(text.slice(11)).toString('hex')}` : text;

async function signingKey(folder: SecretFolder): Promise<Pick<Pki, 'serviceAccountKey' | 'serviceAccountPublicKeys'>> {
  const [text, publicText] = await Promise.all([folder.read('sa.key'), folder.read('sa.pub')]);
  const pem = text ?? newKey().pem;
  if (text === undefined) await folder.write('sa.key', pem);
  const own = createPublicKey(keyOf(pem)).export({ format: 'pem', type: 'spki' }) as string;
  if (publicText === undefined) await folder.write('sa.pub', own);
  // sa.pub may hold older keys too, whose tokens still count.
  const kept = (publicText ?? '').match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----\n?/g) ?? [];
  return {
    serviceAccountKey: pem,
    serviceAccountPublicKeys: [own, ...kept.filter((one) => one.trim() !== own.trim())],
  };
}
