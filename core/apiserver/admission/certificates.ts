import type { CertificateSigningRequest } from '#core/api/types';
import { fromBase64, sameJson, textOf } from '#core/base';
import { pemBlocks, signingRequestOf, type SigningRequest } from '#core/apiserver/auth';
import type { AdmissionAttributes, AdmissionPlugin, Authorizer } from '#core/apiserver';
import type { KubeObject } from '#core/machinery/object';
import { invalid, invalidObject } from '#core/machinery/status';
import type { AdmissionParts } from './parts.ts';
import { isOf, refusalOf } from './refuse.ts';

const GROUP = 'certificates.k8s.io';
const CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client';

/** Of `spec.request`: base64 of PEM. Throws an Error with a reason. */
export function parsedRequest({ spec }: CertificateSigningRequest): SigningRequest {
  const [der] = pemBlocks(textOf(fromBase64(spec.request ?? '')), 'CERTIFICATE REQUEST');
  if (der === undefined) throw new Error('PEM block type must be CERTIFICATE REQUEST');
  return signingRequestOf(der);
}

/** By the signer's name, or by all names of its domain (`example.com/*`). Upstream: pkg/registry/certificates authorization. */
async function mayFor(
  authorizer: Authorizer,
  { user }: AdmissionAttributes,
  verb: string,
  signer: string,
): Promise<boolean> {
  const ask = (name: string) =>
    authorizer.decide({
      user,
      verb,
      isResource: true,
      path: '',
      group: GROUP,
      version: '*',
      resource: 'signers',
      subresource: '',
      namespace: '',
      name,
    });
  if ((await ask(signer)).allowed) return true;
  return (await ask(`${signer.split('/')[0]}/*`)).allowed;
}

const onRequests =
  (operation: string, subresource: string): AdmissionPlugin['handles'] =>
  (asked, definition, of) =>
    asked === operation && of === subresource && isOf(definition, GROUP, 'certificatesigningrequests');

/**
 * A request says who asks, and only the server says so; what is no request is refused here, where it can be read. Upstream does both
 * in the kind's strategy and validation (pkg/registry/certificates/certificates/strategy.go).
 */
export const certificateRequester: AdmissionPlugin = {
  name: 'CertificateRequester',
  handles: onRequests('CREATE', ''),
  admit({ object, user }) {
    const request = object as CertificateSigningRequest;
    const { username: _name, uid: _uid, groups: _groups, extra: _extra, ...spec } = request.spec;
    const { name, uid, groups, extra } = user;
    return {
      ...request,
      spec: {
        ...spec,
        username: name,
        ...(uid === undefined || uid === '' ? {} : { uid }),
        ...(groups.length === 0 ? {} : { groups }),
        ...(extra === undefined || Object.keys(extra).length === 0 ? {} : { extra }),
      },
    } as KubeObject;
  },
  validate({ object, name }) {
    const request = object as CertificateSigningRequest;
    try {
      parsedRequest(request);
    } catch (error) {
      const problem = invalid('spec.request', request.spec.request ?? '', (error as Error).message);
      throw invalidObject({ group: GROUP, resource: 'CertificateSigningRequest', name }, [problem]);
    }
  },
};

/** Upstream: plugin/pkg/admission/certificates/approval. */
export const certificateApproval = ({ authorizer }: Pick<AdmissionParts, 'authorizer'>): AdmissionPlugin => ({
  name: 'CertificateApproval',
  handles: onRequests('UPDATE', 'approval'),
  async validate(attributes) {
    const { signerName } = (attributes.old as CertificateSigningRequest).spec;
    if (await mayFor(authorizer, attributes, 'approve', signerName)) return;
    throw refusalOf(attributes, `user not permitted to approve requests with signerName ${JSON.stringify(signerName)}`);
  },
});

/** Upstream: plugin/pkg/admission/certificates/signing. */
export const certificateSigning = ({ authorizer }: Pick<AdmissionParts, 'authorizer'>): AdmissionPlugin => ({
  name: 'CertificateSigning',
  handles: onRequests('UPDATE', 'status'),
  async validate(attributes) {
    const old = attributes.old as CertificateSigningRequest;
    const next = attributes.object as CertificateSigningRequest;
    const unchanged =
      old.status?.certificate === next.status?.certificate && sameJson(old.status?.conditions, next.status?.conditions);
    if (unchanged || (await mayFor(authorizer, attributes, 'sign', old.spec.signerName))) return;
    throw refusalOf(
      attributes,
      `user not permitted to sign requests with signerName ${JSON.stringify(old.spec.signerName)}`,
    );
  },
});

/** Nobody becomes a master by a certificate. Upstream: plugin/pkg/admission/certificates/subjectrestriction. */
export const certificateSubjectRestriction: AdmissionPlugin = {
  name: 'CertificateSubjectRestriction',
  handles: onRequests('CREATE', ''),
  validate(attributes) {
    const request = attributes.object as CertificateSigningRequest;
    if (request.spec.signerName !== CLIENT_SIGNER) return;
    let groups;
    try {
      groups = parsedRequest(request).subject.organizations;
    } catch (error) {
      throw refusalOf(attributes, `failed to parse CSR: ${(error as Error).message}`);
    }
    if (groups.includes('system:masters')) {
      throw refusalOf(attributes, `use of ${CLIENT_SIGNER} signer with system:masters group is not allowed`);
    }
  },
};
