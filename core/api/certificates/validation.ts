import { signerNameProblems } from '#core/api/rules';
import type { CertificateSigningRequest, CertificateSigningRequestCondition } from '#core/api/types';
import { sameJson } from '#core/base';
import { duplicate, forbiddenField, invalid, notSupported, type Problem, required } from '#core/machinery/status';

const USAGES = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];

const LEGACY_SIGNER = 'kubernetes.io/legacy-unknown';
const CONDITIONS = 'status.conditions';

/** What an old object already did wrong is let through. Upstream: pkg/apis/certificates/validation/validation.go. */
export function requestProblems(
  { spec, status }: CertificateSigningRequest,
  old: CertificateSigningRequest | undefined,
): Problem[] {
  const problems: Problem[] = [];
  if (labelsOf(spec.request ?? '')[0] !== 'CERTIFICATE REQUEST') {
    problems.push(invalid('spec.request', spec.request, 'PEM block type must be CERTIFICATE REQUEST'));
  }
  const usages = spec.usages ?? [];
  if (usages.length === 0) problems.push(required('spec.usages'));
  if (old === undefined) {
    usages.forEach((usage, i) => {
      if (!USAGES.includes(usage)) problems.push(notSupported(`spec.usages[${i}]`, usage, USAGES));
      if (usages.indexOf(usage) < i) problems.push(duplicate(`spec.usages[${i}]`, usage));
    });
  }
  if (spec.signerName === LEGACY_SIGNER && old?.spec.signerName !== LEGACY_SIGNER) {
    problems.push(
      invalid('spec.signerName', spec.signerName, 'the legacy signerName is not allowed via this API version'),
    );
  } else problems.push(...signerNameProblems(spec.signerName ?? '', 'spec.signerName'));
  if (spec.expirationSeconds !== undefined && spec.expirationSeconds < 600) {
    const why = 'may not specify a duration less than 600 seconds (10 minutes)';
    problems.push(invalid('spec.expirationSeconds', spec.expirationSeconds, why));
  }
  problems.push(...conditionProblems(status?.conditions ?? [], old?.status?.conditions ?? []));
  const certificate = status?.certificate ?? '';
  if (certificate !== (old?.status?.certificate ?? '')) problems.push(...certificateProblems(certificate));
  return problems;
}

type Condition = CertificateSigningRequestCondition;

function conditionProblems(conditions: readonly Condition[], old: readonly Condition[]): Problem[] {
  const problems: Problem[] = [];
  const has = (list: readonly Condition[], type: string) => list.some((one) => one.type === type);
  const oldTypes = old.map(({ type }) => type);
  const oldDuplicates = new Set(oldTypes).size < oldTypes.length;
  const oldBoth = has(old, 'Approved') && has(old, 'Denied');
  conditions.forEach(({ type, status }, i) => {
    const path = `${CONDITIONS}[${i}]`;
    if (type === '' && !oldTypes.includes('')) problems.push(required(`${path}.type`));
    const allowed = ['Approved', 'Denied', 'Failed'].includes(type) ? ['True'] : ['False', 'True', 'Unknown'];
    if (!status) problems.push(required(`${path}.status`));
    else if (!allowed.includes(status)) problems.push(notSupported(`${path}.status`, status, allowed));
    const before = conditions.slice(0, i);
    const opposite = type === 'Approved' ? 'Denied' : type === 'Denied' ? 'Approved' : undefined;
    if (!oldBoth && opposite !== undefined && has(before, opposite)) {
      problems.push(invalid(CONDITIONS, type, 'Approved and Denied conditions are mutually exclusive'));
    }
    if (!oldDuplicates && has(before, type)) problems.push(duplicate(`${path}.type`, type));
  });
  return problems;
}

const BLOCK = /-----BEGIN ([^-]*)-----\s[A-Za-z0-9+/=\s]*-----END \1-----\s?/g;

/** What the blocks of PEM are, which comes as base64. */
const labelsOf = (data: string): readonly string[] => [...atob(data).matchAll(BLOCK)].map(([, label]) => label!);

/** PEM with nothing but certificates. */
function certificateProblems(certificate: string): Problem[] {
  if (certificate === '') return [];
  const refuse = (why: string) => [invalid('status.certificate', '<certificate data>', why)];
  const labels = labelsOf(certificate);
  const wrong = labels.find((label) => label !== 'CERTIFICATE');
  if (wrong !== undefined) return refuse(`only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(wrong)}`);
  return labels.length === 0 ? refuse('must contain at least one CERTIFICATE PEM block') : [];
}

/** Who may write what at which endpoint. */
export function requestUpdateProblems(
  next: CertificateSigningRequest,
  old: CertificateSigningRequest,
  subresource: string,
): Problem[] {
  const problems: Problem[] = [];
  const of = ({ status }: CertificateSigningRequest, type: string) =>
    (status?.conditions ?? []).filter((one) => one.type === type);
  for (const type of ['Approved', 'Denied', 'Failed']) {
    if (of(next, type).length < of(old, type).length) {
      problems.push(forbiddenField(CONDITIONS, `updates may not remove a condition of type ${JSON.stringify(type)}`));
    }
  }
  for (const type of subresource === 'approval' ? [] : ['Approved', 'Denied']) {
    const [after, before] = [of(next, type), of(old, type)];
    if (after.length > before.length) {
      problems.push(forbiddenField(CONDITIONS, `updates may not add a condition of type ${JSON.stringify(type)}`));
    } else if (after.length === before.length && !sameJson(after, before)) {
      problems.push(forbiddenField(CONDITIONS, `updates may not modify a condition of type ${JSON.stringify(type)}`));
    }
  }
  const [certificate, before] = [next.status?.certificate ?? '', old.status?.certificate ?? ''];
  if (certificate !== before) {
    if (subresource !== 'status')
      problems.push(forbiddenField('status.certificate', 'updates may not set certificate content'));
    else if (before !== '')
      problems.push(forbiddenField('status.certificate', 'updates may not modify existing certificate content'));
  }
  return problems;
}
