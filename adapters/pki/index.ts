export { type CertificateRequest, type Pair, pem, type Subject, type Usage } from './certificate.ts';
export * from './kubeconfig.ts';
export { type Authority, openPki, type Pki, type PkiOptions } from './pki.ts';
