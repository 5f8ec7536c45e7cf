import { expect, test } from 'vitest';
import { signerNameProblems } from '#core/api/rules';
import type { StrategyContext } from '#core/api/definition';
import type { KubeObject } from '#core/machinery/object';
import { certificateSigningRequestStrategy as strategy } from './strategy.ts';

const at = (subresource: string): StrategyContext => ({
  now: Date.UTC(2026, 2, 1),
  subresource,
  gates: { enabled: () => true },
  user: 'x',
});
const now = '2026-03-01T00:00:00Z';
const REQUEST = btoa('-----BEGIN CERTIFICATE REQUEST-----\neA==\n-----END CERTIFICATE REQUEST-----\n');
const csr = (spec: object = {}, status: object = {}) =>
  ({
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name: 'c' },
    spec: { request: REQUEST, signerName: 'example.com/x', usages: ['client auth'], ...spec },
    status,
  }) as unknown as KubeObject;
const approved = { type: 'Approved', status: 'True' };
const certificate = btoa('-----BEGIN CERTIFICATE-----\nQQ==\n-----END CERTIFICATE-----\n');

test.each([
  {
    it: 'the main endpoint changes nothing but metadata',
    subresource: '',
    next: csr({ usages: ['any'] }, { conditions: [approved] }),
    old: csr(),
    wants: csr(),
  },
  {
    it: 'approval writes conditions only',
    subresource: 'approval',
    next: csr({}, { conditions: [approved], certificate }),
    old: csr(),
    wants: csr({}, { conditions: [{ ...approved, lastUpdateTime: now, lastTransitionTime: now }] }),
  },
  {
    it: 'the signer keeps the judgement',
    subresource: 'status',
    next: csr({}, { certificate, conditions: [{ ...approved, message: 'changed' }] }),
    old: csr({}, { conditions: [{ ...approved, message: 'yes' }] }),
    wants: csr({}, { certificate, conditions: [{ ...approved, message: 'yes' }] }),
  },
])('$it', ({ subresource, next, old, wants }) =>
  expect(strategy.prepareForUpdate!(next, old, at(subresource))).toEqual(wants),
);

test.each([
  { it: 'fine', next: csr(), wants: [] },
  { it: 'no usages', next: csr({ usages: [] }), wants: ['spec.usages: Required value'] },
  {
    it: 'a short life',
    next: csr({ expirationSeconds: 5 }),
    wants: ['spec.expirationSeconds: Invalid value: 5: may not specify a duration less than 600 seconds (10 minutes)'],
  },
  { it: 'a usage twice', next: csr({ usages: ['any', 'any'] }), wants: ['spec.usages[1]: Duplicate value: "any"'] },
  {
    it: 'a request that is none',
    next: csr({ request: 'AQ==' }),
    wants: ['spec.request: Invalid value: "AQ==": PEM block type must be CERTIFICATE REQUEST'],
  },
  {
    it: 'a signer without domain',
    next: csr({ signerName: 'x' }),
    wants: [
      'spec.signerName: Invalid value: "x": must be a fully qualified domain and path of the form \'example.com/signer-name\'',
    ],
  },
])('create: $it', ({ next, wants }) => expect(texts(strategy.validateCreate!(next, at('')))).toEqual(wants));

test.each([
  {
    it: 'both judgements',
    subresource: 'approval',
    next: csr({}, { conditions: [approved, { type: 'Denied', status: 'True' }] }),
    wants: ['status.conditions: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive'],
  },
  {
    it: 'a false approval',
    subresource: 'approval',
    next: csr({}, { conditions: [{ type: 'Approved', status: 'False' }] }),
    wants: ['status.conditions[0].status: Unsupported value: "False": supported values: "True"'],
  },
  {
    it: 'approval by the signer',
    subresource: 'status',
    next: csr({}, { conditions: [approved] }),
    wants: ['status.conditions: Forbidden: updates may not add a condition of type "Approved"'],
  },
  {
    it: 'a certificate by the approver',
    subresource: 'approval',
    next: csr({}, { certificate }),
    wants: ['status.certificate: Forbidden: updates may not set certificate content'],
  },
  { it: 'a certificate by the signer', subresource: 'status', next: csr({}, { certificate }), wants: [] },
  {
    it: 'rubbish by the signer',
    subresource: 'status',
    next: csr({}, { certificate: btoa('x') }),
    wants: ['status.certificate: Invalid value: "<certificate data>": must contain at least one CERTIFICATE PEM block'],
  },
])('update: $it', ({ subresource, next, wants }) =>
  expect(texts(strategy.validateUpdate!(next, csr(), at(subresource)))).toEqual(wants),
);

test.each([
  ['kubernetes.io/kubelet-serving', 0],
  ['', 1],
  ['a/b', 1],
  ['a.b/c/d', 1],
  ['A.b/c', 1],
  ['a.b/C', 1],
  ['a.b/', 1],
])('signer %j has %i problems', (name, count) => expect(signerNameProblems(name, 'p')).toHaveLength(count));

const texts = (problems: readonly { path: string; message: string }[]) =>
  problems.map(({ path, message }) => `${path}: ${message}`);
